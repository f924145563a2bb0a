//! The HTTP-POST binding, outwards: saml-bindings §3.5.

use std::fmt;

use crate::xml::NewElement;

use super::party::EndpointUrl;
use super::query::RELAY_STATE;
use super::send_error::SendError;

/// A form that sends the browser to the identity provider with a message.
///
/// The host shows [`PostForm::html`], or builds a page of its own from [`PostForm::target`] and
/// [`PostForm::fields`]. Either is personal data and is sent with
/// `Cache-Control: no-cache, no-store` (saml-bindings §3.5.5.1).
///
/// ```
/// # use vestibule::saml::*;
/// # let service = ServiceProvider::new(
/// #     EntityId::parse("https://sp.example.com/saml/metadata")?,
/// #     EndpointUrl::parse("https://sp.example.com/saml/acs")?,
/// # );
/// # let idp = EntityId::parse("https://idp.example.org/saml/metadata")?;
/// # let sso_url = EndpointUrl::parse("https://idp.example.org/sso?a=1&b=2")?;
/// # let id = MessageId::from_random([7; 20]);
/// # let now = "2026-06-06T07:40:25Z".parse()?;
/// # let request = AuthnRequest::new(&service, idp, sso_url, id, now);
/// # let handle = RelayState::parse("kq3ZtXb0uYw")?;
/// let form = request.to_post(Signing::Unsigned, Some(&handle))?;
/// assert_eq!(form.target().as_str(), "https://idp.example.org/sso?a=1&b=2");
/// let names: Vec<_> = form.fields().map(|(name, _)| name).collect();
/// assert_eq!(names, ["SAMLRequest", "RelayState"]);
///
/// let page = form.html(Submission::Automatic)?;
/// assert!(page.contains(r#"action="https://idp.example.org/sso?a=1&amp;b=2""#));
/// let policy = format!("default-src 'none'; script-src {}", PostForm::SCRIPT_SOURCE);
/// assert!(!form.html(Submission::ByButton)?.contains("<script"));
/// # let _ = policy;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct PostForm {
    target: EndpointUrl,
    name: &'static str,
    value: String,
    relay_state: Option<String>,
}

/// Who sends the form off.
#[expect(clippy::exhaustive_enums, reason = "a script does it or a person")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Submission {
    /// A script in the page, and a button where scripts are off. A page with a content security
    /// policy must allow [`PostForm::SCRIPT_SOURCE`].
    Automatic,
    /// The person, with a button: for a policy without inline scripts.
    ByButton,
}

impl PostForm {
    /// The source of the page's one script, for `script-src` of a content security policy.
    ///
    /// A policy with `form-action` must allow the origin of [`PostForm::target`] as well.
    pub const SCRIPT_SOURCE: &'static str = "'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='";

    pub(super) fn new(
        target: EndpointUrl,
        name: &'static str,
        value: String,
        relay_state: Option<&str>,
    ) -> Self {
        Self {
            target,
            name,
            value,
            relay_state: relay_state.map(str::to_owned),
        }
    }

    /// Where the form goes: an `https` URL. See [`PostForm`] for an example.
    #[must_use]
    pub const fn target(&self) -> &EndpointUrl {
        &self.target
    }

    /// The base64 of the message. See [`PostForm`] for the other fields.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The hidden fields in order, each a name and a value that is not escaped yet.
    /// See [`PostForm`] for an example.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let relay_state = self.relay_state.as_deref();
        std::iter::once((self.name, self.value.as_str()))
            .chain(relay_state.map(|value| (RELAY_STATE, value)))
    }

    /// A whole HTML page with the form, all values escaped. See [`PostForm`] for an example.
    ///
    /// # Errors
    ///
    /// [`SendError::Unwritable`], for a relay state that an identity provider sent and that this
    /// service must give back.
    pub fn html(&self, submission: Submission) -> Result<String, SendError> {
        let fields = self.fields().map(|(name, value)| {
            NewElement::new("input")
                .with("type", "hidden")
                .with("name", name)
                .with("value", value)
        });
        let form = NewElement::new("form")
            .with("method", "post")
            .with("action", self.target.as_str())
            .holding_all(fields);
        let button = NewElement::new("button")
            .with("type", "submit")
            .saying("Continue");
        let body = NewElement::new("body");
        let body = match submission {
            Submission::Automatic => body
                .holding(form.holding(NewElement::new("noscript").holding(button)))
                .holding(NewElement::new("script").saying(SCRIPT)),
            Submission::ByButton => body.holding(form.holding(button)),
        };
        let head = NewElement::new("head")
            .holding(NewElement::new("meta").with("charset", "utf-8"))
            .holding(NewElement::new("title").saying("Continue"));
        let page = NewElement::new("html")
            .with("lang", "en")
            .holding(head)
            .holding(body);
        Ok(format!("{DOCTYPE}{}", page.write()?))
    }
}

/// Where it goes and how much: the message may name a person.
impl fmt::Debug for PostForm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.value.len();
        write!(
            formatter,
            "PostForm({}: {} of {bytes} bytes)",
            self.target, self.name
        )
    }
}

/// Without it a browser shows the page as one of the nineties.
const DOCTYPE: &str = "<!DOCTYPE html>";

/// HTML reads a script as it stands, so it holds nothing that is escaped.
const SCRIPT: &str = "document.forms[0].submit()";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dsig::{Digest, DigestAlgorithm, base64};

    fn form(relay_state: &str) -> PostForm {
        let target = EndpointUrl::parse("https://idp.example.org/sso?a='1'&b=2").unwrap();
        PostForm::new(
            target,
            "SAMLRequest",
            "PGEvPg==".to_owned(),
            Some(relay_state),
        )
    }

    /// Every element of the page with its attributes, as another reader sees them.
    fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
        let markup = page.strip_prefix(DOCTYPE).unwrap();
        let document = roxmltree::Document::parse(markup).unwrap();
        document
            .descendants()
            .filter(roxmltree::Node::is_element)
            .map(|element| {
                let attributes = element.attributes();
                let pairs = attributes.map(|one| (one.name().to_owned(), one.value().to_owned()));
                (element.tag_name().name().to_owned(), pairs.collect())
            })
            .collect()
    }

    fn shape(submission: Submission, relay_state: &str) -> Vec<(String, Vec<(String, String)>)> {
        elements(&form(relay_state).html(submission).unwrap())
    }

    #[test]
    fn the_named_script_source_is_that_of_the_script() {
        let digest = Digest::of(DigestAlgorithm::Sha256, SCRIPT.as_bytes());
        let source = format!("'sha256-{}'", base64::encode(digest.as_bytes()));
        assert_eq!(PostForm::SCRIPT_SOURCE, source);
        let script = format!("<script>{SCRIPT}</script>");
        let page = form("x").html(Submission::Automatic).unwrap();
        assert!(page.contains(&script));
    }

    #[test]
    fn a_page_holds_one_form_to_the_target() {
        for submission in [Submission::Automatic, Submission::ByButton] {
            let elements = shape(submission, "x");
            let forms: Vec<_> = elements.iter().filter(|(name, _)| name == "form").collect();
            assert_eq!(forms.len(), 1);
            let action = (
                "action".to_owned(),
                "https://idp.example.org/sso?a='1'&b=2".to_owned(),
            );
            assert!(forms[0].1.contains(&action), "{forms:?}");
        }
    }

    #[test]
    fn what_xml_forbids_makes_no_page() {
        assert!(form("a\tb").html(Submission::ByButton).is_ok());
        assert!(form("a\0b").html(Submission::ByButton).is_err());
    }

    #[test]
    fn no_debug_output_shows_a_value() {
        let shown = format!("{:?}", form("handle"));
        assert!(
            !shown.contains("PGEv") && !shown.contains("handle"),
            "{shown}"
        );
    }

    proptest! {
        #[test]
        fn no_value_breaks_out_of_its_attribute(
            relay_state in prop_oneof![
                "[\"'<>&;=/ \n\t`a]{0,16}",
                "(\"|'|>|</form>|<script>|-->|&quot;|&#34;|onload=|\u{0})*",
                any::<String>(),
            ]
        ) {
            for submission in [Submission::Automatic, Submission::ByButton] {
                let Ok(page) = form(&relay_state).html(submission) else { continue };
                let mut expected = shape(submission, "x");
                for (name, value) in expected.iter_mut().flat_map(|(_, pairs)| pairs) {
                    if name == "value" && value == "x" {
                        value.clone_from(&relay_state);
                    }
                }
                prop_assert_eq!(elements(&page), expected);
                // What HTML ends an attribute or a tag with stands in none of the values.
                let quoted = page.split('"').skip(1).step_by(2);
                prop_assert!(quoted.clone().all(|value| !value.contains('<')));
            }
        }
    }
}
