//! Registry snapshots. The first byte: 1 puts in the root that the refusal asks for.

use tranche_protocol::Shape;
use tranche_protocol::registry::{Registry, RegistryError, is_registered};

pub(crate) fn read(data: &[u8]) {
    let Some((mode, text)) = data.split_first() else {
        return;
    };
    let Some(text) = super::text(text) else {
        return;
    };
    let shape = Shape::STANDARD;
    let mut read = Registry::from_json(&shape, text);
    if mode & 1 == 1
        && let Err(RegistryError::Root { got, expected }) = &read
    {
        let text = text.replace(&got.to_string(), &expected.to_string());
        read = Registry::from_json(&shape, &text);
    }
    let Ok(registry) = read else {
        return;
    };
    let again = Registry::from_json(&shape, &registry.to_json()).expect("its own snapshot");
    assert_eq!(again.root(), registry.root());
    assert_eq!(again.entries(), registry.entries());
    if let Some(entry) = registry.entries().last() {
        let path = registry.path(entry.index).expect("an entry's path");
        let root = registry.root();
        assert!(is_registered(&shape, root, entry.index, entry.id, &path));
        assert_eq!(registry.at(entry.index + 1).root(), root);
    }
}
