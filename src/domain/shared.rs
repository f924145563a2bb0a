//! Domains whose addresses belong to people who have nothing else in common.
//!
//! The list is short on purpose: it names the providers that a mistaken or hostile claim would
//! most likely name. It is not a list of disposable mail.

/// The day on which the list was last revised.
pub const SHARED_DOMAINS_VERSION: &str = "2026-11-22";

/// Whether `name`, in normal form, is on the list or under a name that is.
pub(super) fn is_shared(name: &str) -> bool {
    let mut rest = Some(name);
    while let Some(candidate) = rest {
        if SHARED_DOMAINS.binary_search(&candidate).is_ok() {
            return true;
        }
        rest = candidate.split_once('.').map(|(_, parent)| parent);
    }
    false
}

/// Sorted; free mail, and names that a service gives each of its tenants a part of.
const SHARED_DOMAINS: &[&str] = &[
    "126.com",
    "163.com",
    "aim.com",
    "alice.it",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "bk.ru",
    "bluewin.ch",
    "btinternet.com",
    "charter.net",
    "comcast.net",
    "cox.net",
    "daum.net",
    "duck.com",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "hotmail.it",
    "hushmail.com",
    "icloud.com",
    "inbox.ru",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.co.uk",
    "live.com",
    "live.de",
    "live.fr",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "mozmail.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "onmicrosoft.com",
    "onmicrosoft.de",
    "onmicrosoft.us",
    "onmschina.cn",
    "op.pl",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "partner.onmschina.cn",
    "passmail.net",
    "pm.me",
    "posteo.de",
    "privaterelay.appleid.com",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "sohu.com",
    "t-online.de",
    "terra.com.br",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "ya.ru",
    "yahoo.ca",
    "yahoo.co.in",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com",
    "yahoo.com.br",
    "yahoo.de",
    "yahoo.fr",
    "yandex.com",
    "yandex.ru",
    "yeah.net",
    "ymail.com",
    "zoho.com",
    "zohomail.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_the_binary_search() {
        assert!(SHARED_DOMAINS.is_sorted());
    }

    #[test]
    fn a_name_is_shared_when_it_or_a_parent_is_listed() {
        assert!(is_shared("gmail.com"));
        assert!(is_shared("acme.onmicrosoft.com"));
        assert!(!is_shared("notgmail.com"));
        assert!(!is_shared("gmail.com.acme.com"));
    }
}
