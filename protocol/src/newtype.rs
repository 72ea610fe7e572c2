//! How a value with a meaning of its own becomes a type: a private field, one canonical encoding, one text form.
//!
//! [`felt_newtype!`] is for values that are a field element, [`bytes_newtype!`] for values that are 32 bytes. Both give canonical bytes, 0x-hex as
//! `Display`, `Debug`, `FromStr` and JSON (encodings, introduction and section 9), and wiping. What has no meaning of its own stays a bare
//! [`Felt`](crate::felt::Felt): inputs of hashes, nodes of trees, rows of public inputs.

/// Text that is not `0x` and 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 0x and 64 hexadecimal digits")]
pub struct DigestError;

/// Conversions of a type that holds one field element: felt, canonical bytes, text, JSON; and wiping.
macro_rules! felt_conversions {
    ($name:ident) => {
        impl $name {
            /// The value that this field element stands for.
            #[must_use]
            pub const fn from_felt(felt: $crate::felt::Felt) -> Self {
                Self(felt)
            }

            /// The field element, for hashing and for public inputs.
            #[must_use]
            pub const fn felt(self) -> $crate::felt::Felt {
                self.0
            }

            /// Reads 32 big-endian bytes.
            ///
            /// # Errors
            /// [`NotCanonical`](crate::felt::FeltError::NotCanonical) when the integer is not below r.
            pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, $crate::felt::FeltError> {
                $crate::felt::from_bytes(bytes).map(Self)
            }

            /// The canonical 32 big-endian bytes.
            #[must_use]
            pub fn to_bytes(self) -> [u8; 32] {
                $crate::felt::to_bytes(&self.0)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::felt::FeltError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::felt::from_hex(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::json::felt::serialize(&self.0, to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::json::felt::deserialize(from).map(Self)
            }
        }

        impl zeroize::Zeroize for $name {
            fn zeroize(&mut self) {
                self.0.zeroize();
            }
        }

        /// A made-up value, for samples and tests.
        #[cfg(any(test, feature = "sample"))]
        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number.into())
            }
        }
    };
}

/// A public type that holds one field element.
macro_rules! felt_newtype {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::felt::Felt);

        $crate::newtype::felt_conversions!($name);

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&$crate::felt::to_hex(&self.0))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }
    };
}

/// A public type that holds 32 bytes.
macro_rules! bytes_newtype {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The value of these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 32] {
                self.0
            }

            /// The bytes, borrowed.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&$crate::json::to_hex(&self.0))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::newtype::DigestError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let bytes = $crate::json::parse_hex(text);
                bytes.map(Self).ok_or($crate::newtype::DigestError)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::json::bytes::serialize(&self.0, to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::json::bytes::deserialize(from).map(Self)
            }
        }

        impl zeroize::Zeroize for $name {
            fn zeroize(&mut self) {
                self.0.zeroize();
            }
        }
    };
}

pub(crate) use {bytes_newtype, felt_conversions, felt_newtype};

/// Asserts the one encoding of a felt type: 32 big-endian bytes below r, as bytes, as text and in JSON.
#[cfg(test)]
macro_rules! assert_canonical_felt {
    ($name:ident) => {
        let mut bytes = [0u8; 32];
        (bytes[30], bytes[31]) = (1, 2);
        let value = $name::from(258u64);
        assert!(value.to_bytes() == bytes);
        assert!($name::from_bytes(&bytes) == Ok(value));
        assert!($name::from_felt(value.felt()) == value);
        // The order of the field, and the largest integer of 32 bytes.
        let mut order = $name::from_felt(-$crate::felt::Felt::from(1u64)).to_bytes();
        order[31] += 1;
        for large in [order, [0xff; 32]] {
            assert!($name::from_bytes(&large) == Err($crate::felt::FeltError::NotCanonical));
        }
        let text = alloc::format!("0x{}0102", "0".repeat(60));
        assert!(text.parse::<$name>() == Ok(value));
        assert!(text[2..].parse::<$name>() == Err($crate::felt::FeltError::NotHex));
        let json = serde_json::to_string(&value).unwrap();
        assert!(json == alloc::format!("\"{text}\""));
        assert!(serde_json::from_str::<$name>(&json).unwrap() == value);
    };
}

/// Asserts the one encoding of a type of 32 bytes.
#[cfg(test)]
macro_rules! assert_canonical_bytes {
    ($name:ident) => {
        let mut bytes = [0u8; 32];
        (bytes[0], bytes[31]) = (0xab, 2);
        let value = $name::from_bytes(bytes);
        assert_eq!(value.to_bytes(), bytes);
        let text = alloc::format!("0xab{}02", "0".repeat(60));
        assert_eq!(alloc::string::ToString::to_string(&value), text);
        assert_eq!(text.parse(), Ok(value));
        for bad in [&text[2..], &text[..64], ""] {
            assert_eq!(bad.parse::<$name>(), Err($crate::newtype::DigestError));
        }
        let json = serde_json::to_string(&value).unwrap();
        assert_eq!(json, alloc::format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<$name>(&json).unwrap(), value);
    };
}

#[cfg(test)]
pub(crate) use {assert_canonical_bytes, assert_canonical_felt};
