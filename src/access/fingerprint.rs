//! One hash of any value that serializes: what a plan's hash is made of.
//!
//! The hash is of the value's serialized form, names of fields and variants included, so that a new
//! field is part of it without anybody having to think of it. It is no wire format: it is compared
//! only with a hash made by the same version of this library.

// serde's own error without a message: what does not serialize is only counted as such.
use std::fmt::Error as Unserializable;

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::digest::{Digest, Hasher};

/// The hash of `value`; of a value that refuses to be serialized, that of the refusal.
pub(super) fn fingerprint(value: &impl Serialize) -> Digest {
    let mut hasher = Fingerprint(Hasher::new());
    if value.serialize(&mut hasher).is_err() {
        hasher.0.part(b"unserializable");
    }
    hasher.0.finish()
}

struct Fingerprint(Hasher);

impl Fingerprint {
    fn part(&mut self, kind: &str, octets: &[u8]) {
        self.0.part(kind.as_bytes());
        self.0.part(octets);
    }

    fn begin(&mut self, kind: &str, name: &str) -> Result<&mut Self, Unserializable> {
        self.part(kind, name.as_bytes());
        Ok(self)
    }

    fn end(&mut self) {
        self.0.part(b"end");
    }
}

macro_rules! numbers {
    ($($method:ident: $number:ty),*) => {
        $(fn $method(self, value: $number) -> Result<(), Unserializable> {
            self.part(stringify!($number), &value.to_be_bytes());
            Ok(())
        })*
    };
}

impl Serializer for &mut Fingerprint {
    type Ok = ();
    type Error = Unserializable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unserializable> {
        self.part("bool", &[u8::from(value)]);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unserializable> {
        self.part("char", &u32::from(value).to_be_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unserializable> {
        self.part("str", value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Unserializable> {
        self.part("bytes", value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unserializable> {
        self.part("none", b"");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unserializable> {
        self.part("some", b"");
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unserializable> {
        self.part("unit", b"");
        Ok(())
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Unserializable> {
        self.begin("unit", name).map(drop)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unserializable> {
        self.begin("variant", variant).map(drop)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unserializable> {
        value.serialize(self.begin("newtype", name)?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unserializable> {
        value.serialize(self.begin("variant", variant)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unserializable> {
        self.begin("seq", "")
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unserializable> {
        self.begin("tuple", "")
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Self, Unserializable> {
        self.begin("tuple", name)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unserializable> {
        self.begin("variant", variant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unserializable> {
        self.begin("map", "")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self, Unserializable> {
        self.begin("struct", name)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Unserializable> {
        self.begin("variant", variant)
    }
}

macro_rules! elements {
    ($($trait:ident: $method:ident),*) => {
        $(impl $trait for &mut Fingerprint {
            type Ok = ();
            type Error = Unserializable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unserializable> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Unserializable> {
                Fingerprint::end(self);
                Ok(())
            }
        })*
    };
}

elements! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl $trait for &mut Fingerprint {
            type Ok = ();
            type Error = Unserializable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Unserializable> {
                value.serialize(self.begin("field", name)?)
            }

            fn end(self) -> Result<(), Unserializable> {
                Fingerprint::end(self);
                Ok(())
            }
        })*
    };
}

fields! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for &mut Fingerprint {
    type Ok = ();
    type Error = Unserializable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unserializable> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unserializable> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unserializable> {
        Fingerprint::end(self);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[derive(Serialize)]
    struct Pair {
        one: Option<&'static str>,
        two: Vec<u8>,
    }

    #[test]
    fn every_part_of_a_value_changes_its_hash() {
        let pair = |one, two: &[u8]| {
            fingerprint(&Pair {
                one,
                two: two.to_vec(),
            })
        };
        let base = pair(Some("a"), &[1, 2]);
        assert_eq!(base, pair(Some("a"), &[1, 2]));
        for other in [
            pair(None, &[1, 2]),
            pair(Some("b"), &[1, 2]),
            pair(Some("a"), &[1]),
            pair(Some("a"), &[2, 1]),
        ] {
            assert_ne!(base, other);
        }
    }

    #[derive(Serialize)]
    struct Unit;

    #[derive(Serialize)]
    struct Newtype(u8);

    #[derive(Serialize)]
    enum Choice {
        Newtype(u8),
        Struct { one: u8 },
        Tuple(u8, u8),
        Unit,
    }

    struct Bytes(&'static [u8]);

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(self.0)
        }
    }

    #[test]
    fn no_two_shapes_and_no_two_values_have_one_hash() {
        let hashes = [
            Hasher::new().finish(),
            fingerprint(&true),
            fingerprint(&false),
            fingerprint(&'a'),
            fingerprint(&'b'),
            fingerprint(&"a"),
            fingerprint(&Bytes(b"a")),
            fingerprint(&Bytes(b"b")),
            fingerprint(&1_u8),
            fingerprint(&1_u16),
            fingerprint(&1_i64),
            fingerprint(&1.0_f64),
            fingerprint(&None::<u8>),
            fingerprint(&Some(1_u8)),
            fingerprint(&()),
            fingerprint(&Unit),
            fingerprint(&Newtype(1)),
            fingerprint(&Newtype(2)),
            fingerprint(&Choice::Unit),
            fingerprint(&Choice::Newtype(1)),
            fingerprint(&Choice::Newtype(2)),
            fingerprint(&Choice::Tuple(1, 2)),
            fingerprint(&Choice::Struct { one: 1 }),
            fingerprint(&BTreeMap::from([("a", 1_u8)])),
            fingerprint(&BTreeMap::from([("b", 1_u8)])),
            fingerprint(&BTreeMap::from([("a", 2_u8)])),
        ];
        assert_eq!(BTreeSet::from(hashes).len(), hashes.len());
    }

    #[test]
    fn what_ends_ends() {
        let pairs = [
            (
                fingerprint(&(vec![1_u8], 2_u8)),
                fingerprint(&(vec![1_u8, 2],)),
            ),
            (fingerprint(&((1_u8,), 2_u8)), fingerprint(&((1_u8, 2_u8),))),
            (
                fingerprint(&(BTreeMap::from([(1_u8, 2_u8)]), 3_u8, 4_u8)),
                fingerprint(&(BTreeMap::from([(1_u8, 2_u8), (3, 4)]),)),
            ),
        ];
        for (inside, outside) in pairs {
            assert_ne!(inside, outside);
        }
    }

    #[test]
    fn a_value_that_refuses_has_a_hash_of_its_own() {
        struct Refusing;

        impl Serialize for Refusing {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("no"))
            }
        }

        assert_ne!(fingerprint(&Refusing), Hasher::new().finish());
    }

    #[test]
    fn neighbours_do_not_run_together() {
        assert_ne!(fingerprint(&("ab", "c")), fingerprint(&("a", "bc")));
        assert_ne!(
            fingerprint(&(vec![1_u8], vec![2_u8])),
            fingerprint(&(vec![1_u8, 2], Vec::<u8>::new()))
        );
    }
}
