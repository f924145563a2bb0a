//! The elements of lists.

use std::fmt;

use serde_json::{Map, Value};

use crate::scim::filter::elements;

type Members = Map<String, Value>;

/// The text of a member that is not empty.
pub(super) fn text<'r>(members: &'r Members, name: &str) -> Option<&'r str> {
    let text = members.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

/// The elements of a list, each an object.
pub(super) fn list<'r>(
    members: &'r Members,
    name: &str,
) -> impl Iterator<Item = &'r Members> + use<'r> {
    let listed = members.get(name).map_or(&[][..], elements);
    listed.iter().filter_map(Value::as_object)
}

macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq)]
        pub struct $name<'r>(pub(super) &'r Map<String, Value>);

        impl fmt::Debug for $name<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({} members)"), self.0.len())
            }
        }
    };
}

view! {
    /// An address, a number, a role or the like: RFC 7643 §2.4. See [`User`](super::User) for an
    /// example. `Debug` prints no values.
    Element
}

impl<'r> Element<'r> {
    /// The value, such as the address. See [`User`](super::User) for an example.
    #[must_use]
    pub fn value(&self) -> Option<&'r str> {
        text(self.0, "value")
    }

    /// The value to show. See [`User`](super::User) for an example.
    #[must_use]
    pub fn display(&self) -> Option<&'r str> {
        text(self.0, "display")
    }

    /// The `type`, such as `work`. See [`User`](super::User) for an example.
    #[must_use]
    pub fn kind(&self) -> Option<&'r str> {
        text(self.0, "type")
    }

    /// Whether it is said to be the preferred one. See [`User`](super::User) for an example.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        self.0.get("primary") == Some(&Value::Bool(true))
    }
}

view! {
    /// A pointer at another resource: a member, a group, a manager. See
    /// [`Group`](super::Group) for an example. `Debug` prints no values.
    Reference
}

impl<'r> Reference<'r> {
    /// The `id` of the other resource. See [`Group`](super::Group) for an example.
    #[must_use]
    pub fn value(&self) -> Option<&'r str> {
        text(self.0, "value")
    }

    /// Its URI, `$ref`. See [`Group`](super::Group) for an example.
    #[must_use]
    pub fn uri(&self) -> Option<&'r str> {
        text(self.0, "$ref")
    }

    /// Its name to show: `display`, or `displayName` of a manager. See [`Group`](super::Group) for an example.
    #[must_use]
    pub fn display(&self) -> Option<&'r str> {
        text(self.0, "display").or_else(|| text(self.0, "displayName"))
    }

    /// The `type`, such as `User`. See [`Group`](super::Group) for an example.
    #[must_use]
    pub fn kind(&self) -> Option<&'r str> {
        text(self.0, "type")
    }
}

view! {
    /// A postal address. `Debug` prints no values.
    ///
    /// ```
    /// use serde_json::json;
    /// use vestibule::scim::{Registry, Resource, views::User};
    /// let user = json!({"addresses": [{"type": "work", "locality": "Lund", "country": "SE"}]});
    /// let user = Resource::from_value(Registry::standard().user(), user)?;
    /// let address = User::of(&user).unwrap().addresses().next().unwrap();
    /// assert_eq!((address.locality(), address.country()), (Some("Lund"), Some("SE")));
    /// assert_eq!((address.kind(), address.region()), (Some("work"), None));
    /// # Ok::<(), vestibule::scim::Error>(())
    /// ```
    Address
}

macro_rules! texts {
    ($($(#[$doc:meta])* $method:ident $name:literal,)+) => {
        $(
            $(#[$doc])*
            ///
            /// See [`Self`] for an example.
            #[must_use]
            pub fn $method(&self) -> Option<&'r str> {
                text(self.0, $name)
            }
        )+
    };
}

impl<'r> Address<'r> {
    texts! {
        /// The whole address.
        formatted "formatted",
        /// Street, number and more.
        street_address "streetAddress",
        /// The city.
        locality "locality",
        /// The state or region.
        region "region",
        /// The postal code.
        postal_code "postalCode",
        /// The country, ISO 3166-1 alpha-2.
        country "country",
        /// The `type`, such as `work`.
        kind "type",
    }
}

pub(super) use texts;
