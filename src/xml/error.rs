//! Why a text is not the XML that this crate reads.

use thiserror::Error;

use crate::error::{Blame, Explain, Place, Shown, Span};

/// A text that was refused, with the place and, for a duplicate, the earlier place.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{kind}")]
pub struct XmlError {
    kind: XmlErrorKind,
    at: Span,
    earlier: Option<Span>,
}

impl XmlError {
    pub(super) const fn new(kind: XmlErrorKind, at: Span) -> Self {
        Self {
            kind,
            at,
            earlier: None,
        }
    }

    pub(super) const fn with_earlier(mut self, earlier: Span) -> Self {
        self.earlier = Some(earlier);
        self
    }

    /// The rule that broke. See [`Document::parse`](super::Document::parse) for an example.
    #[must_use]
    pub const fn kind(&self) -> &XmlErrorKind {
        &self.kind
    }

    /// The bytes of the text that break the rule.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.at
    }

    /// The first of two things of which only one may be there.
    #[must_use]
    pub const fn earlier(&self) -> Option<Span> {
        self.earlier
    }
}

/// The rules of well-formedness that this crate checks, each by its own name.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum XmlErrorKind {
    /// `&` that starts no reference.
    #[error("`&` starts no reference")]
    AmpersandBare,
    /// The same attribute twice on one element, by expanded name.
    #[error("attribute `{name}` stands twice")]
    AttributeDuplicate {
        /// As written the second time.
        name: Shown,
    },
    /// `<` in an attribute value.
    #[error("`<` in the value of attribute `{name}`")]
    AttributeLessThan {
        /// As written.
        name: Shown,
    },
    /// An attribute without `=`, without quotes, or without white space before it.
    #[error("attribute without {missing}")]
    AttributeMalformed {
        /// What is missing.
        missing: &'static str,
    },
    /// `]]>` in text.
    #[error("`]]>` in text")]
    CdataEndInText,
    /// A CDATA section outside the root element.
    #[error("a CDATA section outside the root element")]
    CdataOutsideRoot,
    /// A character reference that names no character that XML allows.
    #[error("character reference `{reference}` names no allowed character")]
    CharacterReference {
        /// As written.
        reference: Shown,
    },
    /// `--` inside a comment.
    #[error("`--` inside a comment")]
    CommentMalformed,
    /// An XML declaration that breaks its grammar, or names a version other than 1.0.
    #[error("the XML declaration is malformed: {why}")]
    DeclarationMalformed {
        /// Which part.
        why: &'static str,
    },
    /// An XML declaration that is not the first thing of the text.
    #[error("an XML declaration that is not at the start")]
    DeclarationMisplaced,
    /// Elements are nested deeper than the limit.
    #[error("elements are nested deeper than {limit}")]
    Depth {
        /// The bound.
        limit: usize,
    },
    /// A DOCTYPE.
    #[error("a DOCTYPE is not allowed")]
    Doctype,
    /// The end of the text inside an element.
    #[error("element `{name}` is not closed")]
    ElementUnclosed {
        /// As written.
        name: Shown,
    },
    /// A declared encoding other than UTF-8 or ASCII.
    #[error("declared encoding `{encoding}`, expected UTF-8")]
    Encoding {
        /// As declared.
        encoding: Shown,
    },
    /// An end tag with another name than its start tag.
    #[error("end tag `{found}` closes element `{expected}`")]
    EndTagMismatch {
        /// The start tag's name.
        expected: Shown,
        /// The end tag's name.
        found: Shown,
    },
    /// An end tag without a start tag.
    #[error("end tag `{name}` without a start tag")]
    EndTagUnexpected {
        /// As written.
        name: Shown,
    },
    /// A reference to an entity other than the five predefined ones.
    #[error("entity `{name}` is not declared")]
    EntityUnknown {
        /// As written, without `&` and `;`.
        name: Shown,
    },
    /// A character that XML does not allow.
    #[error("character U+{code_point:04X} is not allowed")]
    ForbiddenCharacter {
        /// The character's number.
        code_point: u32,
    },
    /// Markup that begins and never ends, or is none of XML's kinds.
    #[error("markup is malformed or not closed")]
    MarkupMalformed,
    /// Something that is not a (qualified) name.
    #[error("`{name}` is not a qualified name")]
    NameMalformed {
        /// As written.
        name: Shown,
    },
    /// A name longer than the limit.
    #[error("a name of {found} bytes, more than {limit}")]
    NameTooLong {
        /// Its length.
        found: usize,
        /// The bound.
        limit: usize,
    },
    /// A declaration that binds `xml` or `xmlns`, or their namespace names.
    #[error("declaration of the reserved prefix or namespace `{name}`")]
    NamespaceReserved {
        /// The prefix or the namespace name.
        name: Shown,
    },
    /// `xmlns:p=""`.
    #[error("prefix `{prefix}` is bound to no namespace")]
    NamespaceUndeclared {
        /// The prefix.
        prefix: Shown,
    },
    /// Bytes that are not UTF-8.
    #[error("the bytes are not UTF-8")]
    NotUtf8,
    /// A prefix that no declaration in scope binds.
    #[error("prefix `{prefix}` is not bound")]
    PrefixUnbound {
        /// As written.
        prefix: Shown,
    },
    /// A processing instruction where the dialect allows none.
    #[error("a processing instruction is not allowed")]
    ProcessingInstruction,
    /// A processing instruction with a bad or reserved target.
    #[error("processing instruction with target `{target}`")]
    ProcessingInstructionTarget {
        /// As written.
        target: Shown,
    },
    /// No root element.
    #[error("there is no root element")]
    RootMissing,
    /// A second root element.
    #[error("a second root element")]
    RootSeveral,
    /// Text outside the root element.
    #[error("text outside the root element")]
    TextOutsideRoot,
    /// More attributes on one element than the limit.
    #[error("an element with more than {limit} attributes and declarations")]
    TooManyAttributes {
        /// The bound.
        limit: usize,
    },
    /// More namespaces than the limit.
    #[error("more than {limit} namespaces")]
    TooManyNamespaces {
        /// The bound.
        limit: usize,
    },
    /// More nodes than the limit.
    #[error("more than {limit} nodes")]
    TooManyNodes {
        /// The bound.
        limit: usize,
    },
    /// A text longer than the limit.
    #[error("{found} bytes, more than {limit}")]
    TooLarge {
        /// Its length.
        found: usize,
        /// The bound.
        limit: usize,
    },
}

impl Explain for XmlError {
    fn code(&self) -> &'static str {
        use XmlErrorKind as Kind;
        match self.kind {
            Kind::AmpersandBare => "xml-ampersand-bare",
            Kind::AttributeDuplicate { .. } => "xml-attribute-duplicate",
            Kind::AttributeLessThan { .. } => "xml-attribute-less-than",
            Kind::AttributeMalformed { .. } => "xml-attribute-malformed",
            Kind::CdataEndInText => "xml-cdata-end-in-text",
            Kind::CdataOutsideRoot => "xml-cdata-outside-root",
            Kind::CharacterReference { .. } => "xml-character-reference",
            Kind::CommentMalformed => "xml-comment-malformed",
            Kind::DeclarationMalformed { .. } => "xml-declaration-malformed",
            Kind::DeclarationMisplaced => "xml-declaration-misplaced",
            Kind::Depth { .. } => "xml-too-deep",
            Kind::Doctype => "xml-doctype",
            Kind::ElementUnclosed { .. } => "xml-element-unclosed",
            Kind::Encoding { .. } => "xml-encoding",
            Kind::EndTagMismatch { .. } => "xml-end-tag-mismatch",
            Kind::EndTagUnexpected { .. } => "xml-end-tag-unexpected",
            Kind::EntityUnknown { .. } => "xml-entity-unknown",
            Kind::ForbiddenCharacter { .. } => "xml-forbidden-character",
            Kind::MarkupMalformed => "xml-markup-malformed",
            Kind::NameMalformed { .. } => "xml-name-malformed",
            Kind::NameTooLong { .. } => "xml-name-too-long",
            Kind::NamespaceReserved { .. } => "xml-namespace-reserved",
            Kind::NamespaceUndeclared { .. } => "xml-namespace-undeclared",
            Kind::NotUtf8 => "xml-not-utf8",
            Kind::PrefixUnbound { .. } => "xml-prefix-unbound",
            Kind::ProcessingInstruction => "xml-processing-instruction",
            Kind::ProcessingInstructionTarget { .. } => "xml-processing-instruction-target",
            Kind::RootMissing => "xml-root-missing",
            Kind::RootSeveral => "xml-root-several",
            Kind::TextOutsideRoot => "xml-text-outside-root",
            Kind::TooManyAttributes { .. } => "xml-too-many-attributes",
            Kind::TooManyNamespaces { .. } => "xml-too-many-namespaces",
            Kind::TooManyNodes { .. } => "xml-too-many-nodes",
            Kind::TooLarge { .. } => "xml-too-large",
        }
    }

    fn blame(&self) -> Blame {
        use XmlErrorKind as Kind;
        match self.kind {
            Kind::Depth { .. }
            | Kind::NameTooLong { .. }
            | Kind::TooManyAttributes { .. }
            | Kind::TooManyNamespaces { .. }
            | Kind::TooManyNodes { .. }
            | Kind::TooLarge { .. } => Blame::Limit,
            _ => Blame::Peer,
        }
    }

    fn at(&self) -> Option<Place> {
        Some(Place::Bytes(self.at))
    }

    fn help(&self) -> &'static str {
        use XmlErrorKind as Kind;
        match self.kind {
            Kind::Doctype | Kind::EntityUnknown { .. } => {
                "No identity provider needs a DOCTYPE or its entities in a SAML message: find out who sent this one."
            }
            Kind::Encoding { .. } | Kind::NotUtf8 => {
                "Have the identity provider send the message in UTF-8."
            }
            _ if self.blame() == Blame::Limit => {
                "If this is a genuine message, widen the limit of this connection; otherwise treat it as an attack."
            }
            _ => {
                "The message was damaged on its way or was made by hand: compare the bytes received with what the identity provider sent."
            }
        }
    }
}
