//! What identity providers really send, one test for each known habit: what is sent, and what
//! comes out, as a resource and on the wire. The strict twin shows what the standard alone would
//! say. Habits of one provider have numbers, which the tests of both kinds share.

#![cfg(feature = "scim")]

mod authentik;
mod entra;
mod entra_wire;
mod google;
mod jumpcloud;
mod okta;
mod okta_wire;
mod onelogin;
mod ping;
mod profile;
mod rippling;
mod sailpoint;
#[path = "../scim_host/mod.rs"]
mod scim_host;
mod world;
