//! Domain names and e-mail addresses.
