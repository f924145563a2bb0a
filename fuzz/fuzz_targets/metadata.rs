//! Metadata, by transport and with a pinned key: what is read is what another XML reader reads, and
//! nothing differs from itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vestibule::saml::metadata::{IdpMetadata, MetadataEntity, MetadataTrust};
use vestibule_fuzz::{SIGNATURE_MARK, now, signed, trusted_keys};

fuzz_target!(|text: &str| {
    let plain = text.replace(SIGNATURE_MARK, "");
    if let Ok(metadata) = read(&plain, MetadataTrust::ByTransport) {
        let same = metadata.diff(&metadata);
        assert!(same.is_empty(), "{same:?}");
    }
    let keys = trusted_keys();
    assert!(read(&plain, MetadataTrust::Pinned(&keys)).is_err());
    let Some(message) = signed(text) else {
        return;
    };
    if let Ok(metadata) = read(&message, MetadataTrust::Pinned(&keys)) {
        let document = roxmltree::Document::parse(&message).expect("well-formed");
        let id = metadata.entity_id().as_str();
        assert!(
            document
                .descendants()
                .any(|one| one.attribute("entityID") == Some(id))
        );
        let by_transport = read(&message, MetadataTrust::ByTransport).expect("no less is trusted");
        assert_eq!(by_transport.entity_id(), metadata.entity_id());
    }
});

fn read(
    text: &str,
    trust: MetadataTrust<'_>,
) -> Result<IdpMetadata, vestibule::saml::metadata::MetadataError> {
    IdpMetadata::read(text.as_bytes(), MetadataEntity::Only, now(), trust)
}
