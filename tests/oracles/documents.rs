//! Documents made from a string of bytes, each byte a choice: well-formed by construction.
//!
//! Small vocabularies make collisions likely: the same prefix bound again, the same local name in
//! two namespaces, the default namespace undeclared, text that is split in every way.

use proptest::prelude::*;

const PREFIXES: [&str; 8] = ["", "", "p", "q", "xs", "A", "é", "a-b"];
const NAMESPACES: [&str; 7] = [
    "urn:1",
    "urn:2",
    "urn:3",
    "http://h/?a=1&amp;b='2'",
    "urn:&#xE9;",
    "urn:é",
    "urn:a&#9;b",
];
const NAMES: [&str; 7] = ["a", "b", "ID", "Z", "é", "_-.", "xmlnsx"];
const XML_ATTRIBUTES: [&str; 5] = ["xml:lang", "xml:space", "xml:id", "xml:base", "xml:a"];
const SPACES: [&str; 6] = ["", "", " ", "\n", "\t ", "\r\n"];
const TEXTS: [&str; 15] = [
    "x",
    "user@a.com",
    "é𝄞",
    "\u{85}\u{2028}",
    "]]",
    ">",
    "'\"",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\u{7F}",
    "\u{FEFF}",
    "\u{FFFD}",
];
const REFERENCES: [&str; 12] = [
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&apos;",
    "&#13;",
    "&#xA;",
    "&#9;",
    "&#x20;",
    "&#65;",
    "&#x1D11E;",
    "&#x85;",
];
const COMMENTS: [&str; 6] = ["", " c ", "<a b='1'>", "&amp;]]>", "x\ry", ">-"];
const INSTRUCTIONS: [&str; 5] = ["p", "p  x y ", "p <a/>", "a-b\n&\r\n;", "xmlx v='1'"];

/// A well-formed document.
pub(crate) fn document() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<u8>(), 0..160).prop_map(|choices| from_choices(&choices))
}

/// The document that the choices make; after the last choice, every further one is 0.
pub(crate) fn from_choices(choices: &[u8]) -> String {
    let mut writer = Writer {
        choices,
        text: String::new(),
        scope: vec![("", "")],
    };
    writer.document();
    writer.text
}

struct Writer<'a> {
    choices: &'a [u8],
    text: String,
    /// Prefixes and what they are bound to, the innermost last.
    scope: Vec<(&'static str, &'static str)>,
}

impl Writer<'_> {
    fn choice(&mut self, below: usize) -> usize {
        match self.choices.split_first() {
            Some((first, rest)) => {
                self.choices = rest;
                usize::from(*first) % below
            }
            None => 0,
        }
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.choice(words.len())]
    }

    fn push_one_of(&mut self, words: &[&'static str]) {
        let word = self.one_of(words);
        self.text.push_str(word);
    }

    fn document(&mut self) {
        self.push_one_of(&["", "", "", "\u{FEFF}"]);
        self.push_one_of(&[
            "",
            "<?xml version='1.0'?>",
            "<?xml version=\"1.0\" encoding='UTF-8' ?>",
        ]);
        self.beside_root();
        self.element(0);
        self.beside_root();
    }

    fn beside_root(&mut self) {
        for _ in 0..self.choice(3) {
            match self.choice(3) {
                0 => self.push_one_of(&SPACES),
                1 => self.comment(),
                _ => self.instruction(),
            }
        }
    }

    fn element(&mut self, depth: usize) {
        let outer = self.scope.len();
        let declarations = self.declarations();
        let prefixes = self.bound_prefixes();
        let name = self.name(&prefixes);
        self.text.push('<');
        self.text.push_str(&name);
        self.text.push_str(&declarations);
        self.attributes(&prefixes);
        self.push_one_of(&SPACES);
        if self.choice(5) == 4 {
            self.text.push_str("/>");
        } else {
            self.text.push('>');
            self.content(depth);
            self.text.push_str("</");
            self.text.push_str(&name);
            self.push_one_of(&SPACES);
            self.text.push('>');
        }
        self.scope.truncate(outer);
    }

    /// Declarations as written; their bindings come into scope.
    fn declarations(&mut self) -> String {
        let mut written = String::new();
        let first = self.scope.len();
        for _ in 0..self.choice(4) {
            let prefix = self.one_of(&PREFIXES);
            let namespace = match prefix {
                "" if self.choice(3) == 0 => "",
                _ => self.one_of(&NAMESPACES),
            };
            if self.scope[first..]
                .iter()
                .all(|(declared, _)| *declared != prefix)
            {
                let colon = if prefix.is_empty() { "" } else { ":" };
                written += &format!(" xmlns{colon}{prefix}=\"{namespace}\"");
                self.scope.push((prefix, namespace));
            }
        }
        written
    }

    fn bound_prefixes(&self) -> Vec<(&'static str, &'static str)> {
        let mut bound: Vec<(&str, &str)> = Vec::new();
        for (prefix, namespace) in self.scope.iter().rev() {
            if bound.iter().all(|(inner, _)| inner != prefix) {
                bound.push((prefix, namespace));
            }
        }
        bound
    }

    fn name(&mut self, prefixes: &[(&'static str, &'static str)]) -> String {
        let (prefix, _) = prefixes[self.choice(prefixes.len())];
        qualified(prefix, self.one_of(&NAMES))
    }

    fn attributes(&mut self, prefixes: &[(&'static str, &'static str)]) {
        let mut expanded: Vec<(&str, &str)> = Vec::new();
        for _ in 0..self.choice(5) {
            let (name, key) = if self.choice(3) == 2 {
                let name = self.one_of(&XML_ATTRIBUTES);
                (name.to_owned(), ("xml", name))
            } else {
                let (prefix, namespace) = prefixes[self.choice(prefixes.len())];
                let local = self.one_of(&NAMES);
                let namespace = if prefix.is_empty() { "" } else { namespace };
                // The two spellings of one name would otherwise pass for two.
                let namespace = namespace
                    .strip_prefix("urn:&#xE9;")
                    .map_or(namespace, |_| "urn:é");
                (qualified(prefix, local), (namespace, local))
            };
            if !expanded.contains(&key) {
                expanded.push(key);
                self.attribute(&name);
            }
        }
    }

    fn attribute(&mut self, name: &str) {
        self.push_one_of(&[" ", "\n", "\r\n\t"]);
        self.text.push_str(name);
        self.push_one_of(&SPACES);
        self.text.push('=');
        self.push_one_of(&SPACES);
        let quote = ['"', '\''][self.choice(2)];
        self.text.push(quote);
        for _ in 0..self.choice(4) {
            match self.choice(2) {
                0 => {
                    let text = self.one_of(&TEXTS).replace(quote, "");
                    self.text.push_str(&text);
                }
                _ => self.push_one_of(&REFERENCES),
            }
        }
        self.text.push(quote);
    }

    fn content(&mut self, depth: usize) {
        for _ in 0..self.choice(6) {
            match self.choice(8) {
                0 | 1 if depth < 6 => self.element(depth + 1),
                2 => self.comment(),
                3 => self.instruction(),
                4 => self.cdata(),
                5 => self.push_one_of(&REFERENCES),
                _ => self.characters(),
            }
        }
    }

    /// Character data that does not complete a `]]>`.
    fn characters(&mut self) {
        let text = self.one_of(&TEXTS);
        let ends_cdata = text.starts_with('>') && self.text.ends_with("]]");
        self.text.push_str(if ends_cdata { "x" } else { text });
    }

    fn cdata(&mut self) {
        self.text.push_str("<![CDATA[");
        self.push_one_of(&["", "x", "]]", "<a>&amp;", "\r\n", "é"]);
        self.text.push_str("]]>");
    }

    fn comment(&mut self) {
        self.text.push_str("<!--");
        let comment = self.one_of(&COMMENTS).trim_end_matches('-');
        self.text.push_str(comment);
        self.text.push_str("-->");
    }

    fn instruction(&mut self) {
        self.text.push_str("<?");
        self.push_one_of(&INSTRUCTIONS);
        self.text.push_str("?>");
    }
}

fn qualified(prefix: &str, local: &str) -> String {
    match prefix {
        "" => local.to_owned(),
        _ => format!("{prefix}:{local}"),
    }
}
