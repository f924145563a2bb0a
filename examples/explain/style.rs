//! Colour, where there is a terminal for it.

use std::fmt::Display;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Style {
    Coloured,
    Plain,
}

impl Style {
    pub(crate) fn bad(self, text: impl Display) -> String {
        self.painted("31", text)
    }

    pub(crate) fn faint(self, text: impl Display) -> String {
        self.painted("2", text)
    }

    pub(crate) fn good(self, text: impl Display) -> String {
        self.painted("32", text)
    }

    pub(crate) fn heading(self, text: impl Display) -> String {
        self.painted("1", text)
    }

    pub(crate) fn warning(self, text: impl Display) -> String {
        self.painted("33", text)
    }

    fn painted(self, code: &str, text: impl Display) -> String {
        match self {
            Self::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_string(),
        }
    }
}
