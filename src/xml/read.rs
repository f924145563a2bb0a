//! From text to tree: tags matched, names resolved, every rule of well-formedness checked.

use std::borrow::Cow;
use std::str::Utf8Error;

use quick_xml::Reader as Lexer;
use quick_xml::events::Event;

use crate::error::{Shown, Span};
use crate::limits::XmlLimits;

use super::attribute::AttributeReader;
use super::character::{first_forbidden, holds, is_blank, is_nc_name, is_space, like_name};
use super::declaration;
use super::decode;
use super::document::{Content, Document, ElementData, NodeData, NodeId, Origin, StartTag, Text};
use super::error::{XmlError, XmlErrorKind};
use super::namespace::{self, Scope};
use super::repeated::{KnownTag, ending};
use super::tag::{TagReader, offset};

/// Which of XML's constructs a document may hold. A DOCTYPE is never allowed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Dialect {
    /// Elements, attributes, text, CDATA sections and comments: what SAML messages need.
    Saml,
    /// Processing instructions as well: canonical forms of documents of any kind.
    Xml,
}

pub(super) fn document_bytes<'a>(
    bytes: &'a [u8],
    dialect: Dialect,
    limits: &XmlLimits,
) -> Result<Document<'a>, XmlError> {
    check_length(bytes.len(), limits)?;
    match std::str::from_utf8(bytes) {
        Ok(text) => document(text, dialect, limits),
        Err(error) => Err(not_utf8(error)),
    }
}

pub(super) fn not_utf8(error: Utf8Error) -> XmlError {
    let start = error.valid_up_to();
    let length = error.error_len().unwrap_or(1);
    let at = Span::new(start, start.saturating_add(length));
    XmlError::new(XmlErrorKind::NotUtf8, at)
}

pub(super) fn document<'a>(
    text: &'a str,
    dialect: Dialect,
    limits: &XmlLimits,
) -> Result<Document<'a>, XmlError> {
    check_length(text.len(), limits)?;
    check_characters(text)?;
    let mut reader = DocumentReader::new(text, dialect, *limits);
    reader.read()?;
    reader.finish()
}

pub(super) fn check_length(found: usize, limits: &XmlLimits) -> Result<(), XmlError> {
    let limit = limits.bytes.min(u32::MAX as usize);
    if found > limit {
        let kind = XmlErrorKind::TooLarge { found, limit };
        return Err(XmlError::new(kind, Span::new(limit, found)));
    }
    Ok(())
}

fn check_characters(text: &str) -> Result<(), XmlError> {
    let Some(start) = first_forbidden(text) else {
        return Ok(());
    };
    let character = text.get(start..).and_then(|rest| rest.chars().next());
    let length = character.map_or(0, char::len_utf8);
    let code_point = character.map_or(0, u32::from);
    let at = Span::new(start, start.saturating_add(length));
    Err(XmlError::new(
        XmlErrorKind::ForbiddenCharacter { code_point },
        at,
    ))
}

/// An element whose end tag is still to come.
struct Open<'a> {
    id: NodeId,
    /// As written.
    name: &'a str,
    /// The length of the scope outside the element.
    outer_scope: usize,
}

struct DocumentReader<'a> {
    source: &'a str,
    document: Document<'a>,
    dialect: Dialect,
    limits: XmlLimits,
    open: Vec<Open<'a>>,
    scope: Scope<'a>,
    attributes: AttributeReader<'a>,
    known: Option<KnownTag<'a>>,
    /// Character data that may go on with the next event.
    run: Option<Run>,
    has_root: bool,
    /// Whether there is any carriage return, without which line ends are as they should be.
    has_returns: bool,
}

/// Adjacent character data, references and CDATA sections: one node of text.
struct Run {
    text: Text,
    at: Span,
}

impl<'a> DocumentReader<'a> {
    fn new(source: &'a str, dialect: Dialect, limits: XmlLimits) -> Self {
        let (decoded, namespaces) = namespace::predefined();
        // Of the tags half are end tags, and about half have text before them.
        let nodes = count(source, b'<');
        let tags = (nodes / 2).min(64);
        Self {
            source,
            document: Document {
                source: Cow::Borrowed(source),
                decoded: decoded.to_owned(),
                nodes: Vec::with_capacity(nodes.min(limits.nodes)),
                elements: Vec::with_capacity(tags),
                attributes: Vec::with_capacity(tags),
                declarations: Vec::new(),
                instructions: Vec::new(),
                namespaces: namespaces.to_vec(),
            },
            dialect,
            limits,
            open: Vec::new(),
            scope: Scope::default(),
            attributes: AttributeReader::default(),
            known: None,
            run: None,
            has_root: false,
            has_returns: holds(b'\r', source),
        }
    }

    fn read(&mut self) -> Result<(), XmlError> {
        self.push(Content::Document, Span::default())?;
        let source = self.source;
        let text = source.strip_prefix('\u{FEFF}').unwrap_or(source);
        let skipped = source.len().saturating_sub(text.len());
        if text.starts_with('\u{FEFF}') {
            // The lexer would skip it without counting it.
            let at = Span::new(skipped, skipped.saturating_mul(2));
            return Err(XmlError::new(XmlErrorKind::TextOutsideRoot, at));
        }
        let mut lexer = Lexer::from_str(text);
        let config = lexer.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let mut uncounted = skipped;
        let mut is_behind_markup = true;
        loop {
            let start = position(&lexer, uncounted);
            // Behind markup the lexer remembers nothing but what is left of the text.
            if is_behind_markup && let Some(rest) = self.plain(start)? {
                let passed = lexer.get_ref().len().saturating_sub(rest.len());
                *lexer.get_mut() = rest.as_bytes();
                uncounted = uncounted.saturating_add(passed);
                continue;
            }
            let event = lexer.read_event();
            let at = Span::new(start, position(&lexer, uncounted));
            is_behind_markup = !matches!(event, Ok(Event::Text(_)));
            match event {
                Ok(Event::Eof) => return Ok(()),
                Ok(event) => self.event(&event, at, skipped)?,
                Err(_) => return Err(malformed(source, at)),
            }
        }
    }

    /// Reads what is plain and stands at `start`, and returns what stands behind it.
    fn plain(&mut self, start: usize) -> Result<Option<&'a str>, XmlError> {
        let rest = self.source.get(start..).unwrap_or_default();
        let open = self.open.last();
        if let Some((text, behind)) = open.and_then(|open| ending(rest, open.name)) {
            self.character_data(
                text,
                start,
                Span::new(start, start.saturating_add(text.len())),
            );
            self.end_run()?;
            self.close_element();
            return Ok(Some(behind));
        }
        self.repeated(start, rest)
    }

    /// Reads a start tag like the one before.
    fn repeated(&mut self, start: usize, rest: &'a str) -> Result<Option<&'a str>, XmlError> {
        // The root is never repeated, and too deep an element is refused where it is read.
        let (depth, outer_scope) = (self.open.len(), self.scope.len());
        let known = self.known.as_ref();
        let known = known.filter(|_| depth > 0 && depth < self.limits.depth);
        let again = known.and_then(|known| Some((known, known.again(rest, outer_scope)?)));
        let Some((known, (space, behind))) = again else {
            return Ok(None);
        };
        let (element, name) = (known.element, known.name);
        let tag = start.saturating_add(space.len());
        let at = Span::new(tag, tag.saturating_add(known.markup.len()));
        self.character_data(space, start, Span::new(start, tag));
        self.end_run()?;
        if let Some(data) = self.document.elements.get(element as usize) {
            for declaration in self.document.declarations_of(data) {
                let prefix = self.source.get(declaration.prefix.place());
                self.scope
                    .enter(prefix.unwrap_or_default(), declaration.namespace);
            }
        }
        self.open_element(element, name, outer_scope, at)?;
        Ok(Some(behind))
    }

    /// Only the event's kind and place come from the lexer; what it says is read from the source.
    fn event(&mut self, event: &Event<'_>, at: Span, skipped: usize) -> Result<(), XmlError> {
        let source = self.source;
        let markup = source.get(at.range()).unwrap_or_default();
        if !matches!(
            event,
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_)
        ) {
            self.end_run()?;
        }
        match event {
            Event::Start(_) => {
                let scope_length = self.scope.len();
                let (element, name) = self.start_tag(inside(markup, "<", ">", at)?, at)?;
                self.known = Some(KnownTag {
                    markup,
                    name,
                    element,
                    scope_length,
                });
                Ok(())
            }
            Event::Empty(_) => {
                self.start_tag(inside(markup, "<", "/>", at)?, at)?;
                self.close_element();
                Ok(())
            }
            Event::End(_) => self.end_tag(inside(markup, "</", ">", at)?, at),
            Event::Text(_) => self.text(markup, at),
            Event::GeneralRef(_) => self.reference(inside(markup, "&", ";", at)?, at),
            Event::CData(_) => self.cdata(inside(markup, "<![CDATA[", "]]>", at)?, at),
            Event::Comment(_) => self.comment(inside(markup, "<!--", "-->", at)?, at),
            Event::PI(_) => self.instruction(inside(markup, "<?", "?>", at)?, at),
            Event::Decl(_) if at.start == skipped => {
                declaration::check(inside(markup, "<?xml", "?>", at)?, at)
            }
            Event::Decl(_) => Err(XmlError::new(XmlErrorKind::DeclarationMisplaced, at)),
            Event::DocType(_) => Err(XmlError::new(XmlErrorKind::Doctype, at)),
            Event::Eof => Ok(()),
        }
    }

    /// Returns where the element's data is, and its name.
    fn start_tag(&mut self, tag: &'a str, at: Span) -> Result<(u32, &'a str), XmlError> {
        if self.open.is_empty() && std::mem::replace(&mut self.has_root, true) {
            return Err(XmlError::new(XmlErrorKind::RootSeveral, at));
        }
        if self.open.len() >= self.limits.depth {
            let limit = self.limits.depth;
            return Err(XmlError::new(XmlErrorKind::Depth { limit }, at));
        }
        let outer_scope = self.scope.len();
        let first_attribute = offset(self.document.attributes.len());
        let first_declaration = offset(self.document.declarations.len());
        let mut tag = TagReader::new(tag, at.start.saturating_add(1), self.limits.name_bytes);
        let (name, name_text) = tag.name()?;
        self.attributes
            .read(&mut tag, &mut self.document, &mut self.scope, &self.limits)?;
        let (prefix, _) = name.parts(name_text);
        let namespace = self.scope.resolve(prefix).ok_or_else(|| {
            let prefix = Shown::new(prefix);
            XmlError::new(XmlErrorKind::PrefixUnbound { prefix }, at)
        })?;
        let element = offset(self.document.elements.len());
        self.document.elements.push(ElementData {
            name,
            namespace,
            attributes: (first_attribute, offset(self.document.attributes.len())),
            declarations: (first_declaration, offset(self.document.declarations.len())),
        });
        self.open_element(element, name_text, outer_scope, at)?;
        Ok((element, name_text))
    }

    fn open_element(
        &mut self,
        element: u32,
        name: &'a str,
        outer_scope: usize,
        at: Span,
    ) -> Result<(), XmlError> {
        let tag = StartTag::new(element, at.range());
        let id = self.push(Content::Element(tag), at)?;
        self.open.push(Open {
            id,
            name,
            outer_scope,
        });
        Ok(())
    }

    fn end_tag(&mut self, tag: &str, at: Span) -> Result<(), XmlError> {
        let Some(open) = self.open.last() else {
            let name = Shown::new(like_name(tag.trim_end_matches(WHITE_SPACE)));
            return Err(XmlError::new(XmlErrorKind::EndTagUnexpected { name }, at));
        };
        let expected = open.name;
        let behind = tag.strip_prefix(expected);
        if !behind.is_some_and(is_blank) {
            let found = like_name(tag.trim_end_matches(WHITE_SPACE));
            let (expected, found) = (Shown::new(expected), Shown::new(found));
            let kind = XmlErrorKind::EndTagMismatch { expected, found };
            let earlier = self.document.start_tag(open.id);
            return Err(XmlError::new(kind, at).with_earlier(earlier));
        }
        self.close_element();
        Ok(())
    }

    fn close_element(&mut self) {
        let end = NodeId(offset(self.document.nodes.len()));
        if let Some(open) = self.open.pop() {
            self.scope.leave(open.outer_scope);
            self.set_end(open.id, end);
        }
    }

    fn text(&mut self, raw: &str, at: Span) -> Result<(), XmlError> {
        // Most texts hold no `>` at all, and a single byte is found much faster.
        if let Some(position) = holds(b'>', raw).then(|| raw.find("]]>")).flatten() {
            let start = at.start.saturating_add(position);
            let at = Span::new(start, start.saturating_add(3));
            return Err(XmlError::new(XmlErrorKind::CdataEndInText, at));
        }
        if self.open.is_empty() {
            return match is_blank(raw) {
                true => Ok(()),
                false => Err(XmlError::new(XmlErrorKind::TextOutsideRoot, at)),
            };
        }
        self.character_data(raw, at.start, at);
        Ok(())
    }

    fn cdata(&mut self, raw: &str, at: Span) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return Err(XmlError::new(XmlErrorKind::CdataOutsideRoot, at));
        }
        self.character_data(raw, at.start.saturating_add("<![CDATA[".len()), at);
        Ok(())
    }

    fn reference(&mut self, name: &str, at: Span) -> Result<(), XmlError> {
        if name.is_empty() || name.bytes().any(is_space) {
            return Err(decode::bare_ampersand(at.start));
        }
        let character = decode::reference(name, at)?;
        if self.open.is_empty() {
            return Err(XmlError::new(XmlErrorKind::TextOutsideRoot, at));
        }
        self.decode_into_run(at, |decoded| decoded.push(character));
        Ok(())
    }

    /// Adds `raw`, which starts at the offset `start`, to the current run of text.
    fn character_data(&mut self, raw: &str, start: usize, at: Span) {
        if raw.is_empty() {
            return;
        }
        if self.run.is_none() && !self.has_return(raw) {
            let text = Text::of_source(start..start.saturating_add(raw.len()));
            self.run = Some(Run { text, at });
            return;
        }
        self.decode_into_run(at, |decoded| decode::push_line_ends(raw, decoded));
    }

    fn has_return(&self, raw: &str) -> bool {
        self.has_returns && holds(b'\r', raw)
    }

    /// Adds decoded text to the current run. A run in the decoded text always ends where that
    /// ends, because nothing else is decoded while a run is open.
    fn decode_into_run(&mut self, at: Span, push: impl FnOnce(&mut String)) {
        let decoded = &mut self.document.decoded;
        let (start, first) = match self.run.take() {
            Some(run) if run.text.origin == Origin::Decoded => (run.text.start, run.at.start),
            Some(run) => {
                let start = offset(decoded.len());
                let range = run.text.start as usize..run.text.end as usize;
                decoded.push_str(self.source.get(range).unwrap_or_default());
                (start, run.at.start)
            }
            None => (offset(decoded.len()), at.start),
        };
        push(decoded);
        let text = Text {
            origin: Origin::Decoded,
            start,
            end: offset(decoded.len()),
        };
        let at = Span::new(first, at.end);
        self.run = Some(Run { text, at });
    }

    fn end_run(&mut self) -> Result<(), XmlError> {
        if let Some(run) = self.run.take() {
            self.push(Content::Text(run.text), run.at)?;
        }
        Ok(())
    }

    fn comment(&mut self, raw: &str, at: Span) -> Result<(), XmlError> {
        if raw.contains("--") || raw.ends_with('-') {
            return Err(XmlError::new(XmlErrorKind::CommentMalformed, at));
        }
        let text = self.normalized(raw, at.start.saturating_add("<!--".len()));
        self.push(Content::Comment(text), at)?;
        Ok(())
    }

    fn instruction(&mut self, raw: &str, at: Span) -> Result<(), XmlError> {
        if self.dialect == Dialect::Saml {
            return Err(XmlError::new(XmlErrorKind::ProcessingInstruction, at));
        }
        let start = at.start.saturating_add("<?".len());
        let length = raw.bytes().position(is_space).unwrap_or(raw.len());
        let (target, rest) = raw.split_at_checked(length).unwrap_or((raw, ""));
        let too_long = target.len() > self.limits.name_bytes;
        if !is_nc_name(target) || target.eq_ignore_ascii_case("xml") || too_long {
            let target = Shown::new(like_name(target));
            let kind = XmlErrorKind::ProcessingInstructionTarget { target };
            return Err(XmlError::new(kind, at));
        }
        let data = rest.trim_start_matches(WHITE_SPACE);
        let data_start = raw.len().saturating_sub(data.len()).saturating_add(start);
        let target = Text::of_source(start..start.saturating_add(length));
        let data = self.normalized(data, data_start);
        let index = offset(self.document.instructions.len());
        self.document.instructions.push((target, data));
        self.push(Content::Instruction(index), at)?;
        Ok(())
    }

    /// `raw`, which starts at the offset `start`, with its line ends normalized.
    fn normalized(&mut self, raw: &str, start: usize) -> Text {
        if !self.has_return(raw) {
            return Text::of_source(start..start.saturating_add(raw.len()));
        }
        let start = offset(self.document.decoded.len());
        decode::push_line_ends(raw, &mut self.document.decoded);
        Text {
            origin: Origin::Decoded,
            start,
            end: offset(self.document.decoded.len()),
        }
    }

    fn push(&mut self, content: Content, at: Span) -> Result<NodeId, XmlError> {
        let limit = self.limits.nodes;
        if self.document.nodes.len() > limit {
            return Err(XmlError::new(XmlErrorKind::TooManyNodes { limit }, at));
        }
        let id = NodeId(offset(self.document.nodes.len()));
        self.document.nodes.push(NodeData {
            parent: self.open.last().map_or(NodeId::DOCUMENT, |open| open.id),
            end: id.following(),
            content,
        });
        Ok(id)
    }

    fn set_end(&mut self, id: NodeId, end: NodeId) {
        if let Some(node) = self.document.nodes.get_mut(id.0 as usize) {
            node.end = end;
        }
    }

    fn finish(mut self) -> Result<Document<'a>, XmlError> {
        let length = self.source.len();
        let at = Span::new(length, length);
        if let Some(open) = self.open.last() {
            let name = Shown::new(open.name);
            let earlier = self.document.start_tag(open.id);
            let kind = XmlErrorKind::ElementUnclosed { name };
            return Err(XmlError::new(kind, at).with_earlier(earlier));
        }
        if !self.has_root {
            return Err(XmlError::new(XmlErrorKind::RootMissing, at));
        }
        let end = NodeId(offset(self.document.nodes.len()));
        self.set_end(NodeId::DOCUMENT, end);
        Ok(self.document)
    }
}

fn count(text: &str, byte: u8) -> usize {
    // In counters of one byte, so that the compiler judges many bytes at once.
    let chunks = text.as_bytes().chunks(u8::MAX.into());
    let counts = chunks.map(|chunk| {
        chunk
            .iter()
            .map(|found| u8::from(*found == byte))
            .sum::<u8>()
    });
    counts.map(usize::from).sum()
}

const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

fn position(lexer: &Lexer<&[u8]>, skipped: usize) -> usize {
    usize::try_from(lexer.buffer_position())
        .unwrap_or(usize::MAX)
        .saturating_add(skipped)
}

/// What stands between the two ends of a piece of markup.
fn inside<'a>(markup: &'a str, start: &str, end: &str, at: Span) -> Result<&'a str, XmlError> {
    markup
        .strip_prefix(start)
        .and_then(|rest| rest.strip_suffix(end))
        .ok_or_else(|| XmlError::new(XmlErrorKind::MarkupMalformed, at))
}

/// What the lexer could not split: an `&` without `;`, or markup without its end.
fn malformed(source: &str, at: Span) -> XmlError {
    let rest = source.get(at.start..).unwrap_or_default();
    if rest.starts_with('&') {
        return decode::bare_ampersand(at.start);
    }
    let kind = match rest.starts_with("<!DOCTYPE") {
        true => XmlErrorKind::Doctype,
        false => XmlErrorKind::MarkupMalformed,
    };
    // The lexer does not count a `<` that is the last byte.
    let end = at.end.max(at.start.saturating_add(1));
    XmlError::new(kind, Span::new(at.start, end))
}
