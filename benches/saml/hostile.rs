//! Inputs that are made to cost much until they are refused.
//!
//! Each but the first few is a genuine message with something added where its signature does not
//! look, so that nothing but the named rule stands in its way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use vestibule::error::Explain as _;
use vestibule::saml::{IdentityProvider, ParsedResponse, RedirectQuery, Refusal};

use crate::idp::{ASSERTION, Connection, Message, replace};

pub(crate) struct Input {
    pub(crate) name: &'static str,
    form: Form,
    idp: IdentityProvider,
}

enum Form {
    Post(String),
    Query(String),
}

impl Input {
    pub(crate) fn bytes(&self) -> usize {
        match &self.form {
            Form::Post(text) | Form::Query(text) => text.len(),
        }
    }

    /// The code that the input is refused with.
    pub(crate) fn refusal(&self) -> &'static str {
        let refused: Result<(), Refusal> = match &self.form {
            Form::Post(form_value) => ParsedResponse::from_post(form_value)
                .and_then(|parsed| parsed.verify(&self.idp))
                .map(drop),
            Form::Query(query) => RedirectQuery::parse(query)
                .and_then(|query| query.verify_logout_request(&self.idp))
                .map(drop),
        };
        refused.expect_err(self.name).code()
    }

    fn new(name: &'static str, form: Form) -> Self {
        let idp = Connection::with_keys(&["rsa-2048"]).idp;
        Self { name, form, idp }
    }

    fn post(name: &'static str, octets: impl AsRef<[u8]>) -> Self {
        Self::new(name, Form::Post(STANDARD.encode(octets)))
    }
}

pub(crate) fn inputs() -> Vec<Input> {
    let genuine = Message::signed(ASSERTION).xml();
    let insert = |place: &str, added: String| replace(&genuine, place, &format!("{added}{place}"));
    let extension = |added: String| {
        let added = format!("<samlp:Extensions>{added}</samlp:Extensions>");
        insert("<samlp:Status>", added)
    };
    let in_assertion = |added: String| insert("</saml:Assertion>", added);
    let in_signed_info = |added: String| insert("</ds:SignedInfo>", added);
    let numbered = |count: usize, piece: &dyn Fn(usize) -> String| -> String {
        (0..count).map(piece).collect()
    };
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let declare = |bytes: usize, uses: usize| {
        let declared = format!("<samlp:Response xmlns:n=\"urn:{}\"", "n".repeat(bytes));
        let used = in_assertion("<n:a/>".repeat(uses));
        replace(&used, "<samlp:Response", &declared)
    };
    vec![
        Input::post("10 MB of text", "a".repeat(10_000_000)),
        Input::post("2 MB of text", "a".repeat(2_000_000)),
        Input::new(
            "3 MB that are no base64",
            Form::Post("A".repeat(3_000_000) + "!"),
        ),
        Input::post("100,000 levels", extension(deep)),
        Input::post("100,000 levels, unclosed", "<a>".repeat(100_000)),
        Input::post(
            "5,000 references",
            in_signed_info(r##"<ds:Reference URI="#_assertion-1"/>"##.repeat(5_000)),
        ),
        Input::post(
            "5,000 transforms",
            insert(
                "</ds:Transforms>",
                "<ds:Transform Algorithm='a'/>".repeat(5_000),
            ),
        ),
        Input::post("deflate bomb of 10 MB, genuinely signed", "").bomb(10_000_000),
        Input::post("deflate bomb of 1.9 MB, genuinely signed", "").bomb(1_900_000),
        Input::post(
            "100,000 attributes",
            extension(format!(
                "<a{}/>",
                numbered(100_000, &|n| format!(" a{n}=''"))
            )),
        ),
        Input::post(
            "2,000 elements with 64 attributes each",
            in_assertion(numbered(2_000, &|n| {
                format!("<b{n}{}/>", numbered(64, &|n| format!(" a{n}=''")))
            })),
        ),
        Input::post(
            "80,000 namespaces on an element",
            extension(format!(
                "<a{}/>",
                numbered(80_000, &|n| format!(" xmlns:n{n}='urn:{n}'"))
            )),
        ),
        Input::post(
            "60,000 namespaces, one by one",
            extension(numbered(60_000, &|n| format!("<b xmlns='urn:{n}'/>"))),
        ),
        Input::post(
            "30,000 elements under 60 declarations",
            in_assertion(format!(
                "<a{}>{}</a>",
                numbered(31, &|n| format!(" xmlns:p{n}='urn:{n}'")),
                numbered(30_000, &|n| format!("<p{}:b/>", n % 31)),
            )),
        ),
        Input::post(
            "1,800 elements with 60 declarations each",
            in_assertion(numbered(1_800, &|n| {
                format!(
                    "<b{n}{}/>",
                    numbered(60, &|p| format!(" xmlns:p{p}='urn:{p}'"))
                )
            })),
        ),
        Input::post(
            "1,500 elements with 32 declarations and 32 attributes of theirs each",
            in_assertion(numbered(1_500, &|n| {
                let declared = numbered(32, &|p| format!(" xmlns:p{p}='urn:{p}'"));
                let used = numbered(32, &|p| format!(" p{}:a=''", 31 - p));
                format!("<b{n}{declared}{used}/>")
            })),
        ),
        Input::post("namespace growth of 50 bytes", declare(50, 20_000)),
        Input::post("namespace growth of 10 KB", declare(10_000, 90_000)),
        Input::post("namespace growth of 1 MB", declare(1_000_000, 90_000)),
        Input::post(
            "1 MB of name",
            extension(format!("<{}/>", "a".repeat(1_000_000))),
        ),
        Input::post(
            "1 MB of attribute name",
            extension(format!("<a {}=''/>", "a".repeat(1_000_000))),
        ),
        Input::post("90,000 elements", in_assertion("<a/>".repeat(90_000))),
        Input::post("200,000 elements", extension("<a/>".repeat(200_000))),
        Input::post(
            "300,000 references to characters",
            in_assertion("&amp;".repeat(300_000)),
        ),
        Input::post(
            "60,000 equal IDs",
            extension("<a ID='_assertion-1'/>".repeat(60_000)),
        ),
        Input::post(
            "60,000 different IDs",
            in_assertion(numbered(60_000, &|n| format!("<a ID='a{n}'/>"))),
        ),
        Input::post(
            "1 MB of signature value",
            insert("</ds:SignatureValue>", "A".repeat(1_000_000)),
        ),
    ]
}

impl Input {
    /// A signed query whose message inflates to so many bytes.
    fn bomb(self, bytes: usize) -> Self {
        let deflated = miniz_oxide::deflate::compress_to_vec(&vec![b'a'; bytes], 10);
        let signed = format!(
            "SAMLRequest={}&SigAlg={}",
            escaped(&STANDARD.encode(deflated)),
            escaped("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        );
        let key = include_bytes!("../../tests/data/saml/keys/rsa-2048.test-only.der");
        let key = RsaKeyPair::from_pkcs8(key).unwrap();
        let mut signature = vec![0; key.public().modulus_len()];
        let random = SystemRandom::new();
        key.sign(
            &RSA_PKCS1_SHA256,
            &random,
            signed.as_bytes(),
            &mut signature,
        )
        .unwrap();
        let signature = escaped(&STANDARD.encode(signature));
        Self::new(
            self.name,
            Form::Query(format!("{signed}&Signature={signature}")),
        )
    }
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
