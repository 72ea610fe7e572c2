//! Transactions of EIP-1559: their encoding and signature.

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rlp::{Encodable, Header};

use crate::account::Account;
use crate::chain::Call;
use crate::error::Error;

/// Type byte of EIP-1559 transactions.
const TYPE: u8 = 2;

/// A transaction before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The chain; the signature is invalid on every other.
    pub chain_id: u64,
    /// Number of transactions that the sender has sent before.
    pub nonce: u64,
    /// Most that is paid to the block's proposer for each unit of gas, in wei.
    pub max_priority_fee: u128,
    /// Most that is paid for each unit of gas, in wei.
    pub max_fee: u128,
    /// Gas limit.
    pub gas_limit: u64,
    /// What it does.
    pub call: Call,
}

/// A transaction ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The bytes that a node takes.
    pub raw: Bytes,
    /// Their hash, which identifies the transaction.
    pub hash: B256,
}

impl Transaction {
    /// Signs the transaction.
    ///
    /// # Errors
    /// As [`Account::sign`].
    pub fn sign(&self, account: &Account) -> Result<Signed, Error> {
        let signature = account.sign(&keccak256(self.encode(|_| ())))?;
        let raw = self.encode(|fields| {
            u8::from(signature.v()).encode(fields);
            signature.r().encode(fields);
            signature.s().encode(fields);
        });
        Ok(Signed {
            hash: keccak256(&raw),
            raw: raw.into(),
        })
    }

    fn encode(&self, more: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut fields = Vec::with_capacity(self.call.data.len() + 256);
        self.chain_id.encode(&mut fields);
        self.nonce.encode(&mut fields);
        self.max_priority_fee.encode(&mut fields);
        self.max_fee.encode(&mut fields);
        self.gas_limit.encode(&mut fields);
        match self.call.to {
            Some(to) => to.encode(&mut fields),
            None => Bytes::new().encode(&mut fields),
        }
        self.call.value.encode(&mut fields);
        self.call.data.encode(&mut fields);
        // No access list.
        Header {
            list: true,
            payload_length: 0,
        }
        .encode(&mut fields);
        more(&mut fields);
        let mut out = Vec::with_capacity(fields.len() + 8);
        out.push(TYPE);
        Header {
            list: true,
            payload_length: fields.len(),
        }
        .encode(&mut out);
        out.extend(fields);
        out
    }
}

/// The address of the contract that an account creates at a nonce.
pub fn created_address(sender: Address, nonce: u64) -> Address {
    sender.create(nonce)
}

/// The most that a transaction can cost: its gas at the highest price, and its value.
pub fn most(gas_limit: u64, max_fee: u128, value: U256) -> U256 {
    (U256::from(gas_limit) * U256::from(max_fee)).saturating_add(value)
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{address, hex};
    use k256::ecdsa::SigningKey;

    use super::*;

    /// The example key and transaction of the specification's test vectors are signed deterministically (RFC 6979), so the
    /// recovered sender and the bytes' structure can be checked without a node.
    #[test]
    fn the_signature_recovers_to_the_sender() {
        let key = SigningKey::from_slice(&[0x46; 32]).unwrap();
        let account = Account::new(key);
        assert_eq!(
            account.address(),
            address!("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f")
        );
        let transaction = Transaction {
            chain_id: 31337,
            nonce: 7,
            max_priority_fee: 1,
            max_fee: 2_000_000_000,
            gas_limit: 100_000,
            call: Call {
                to: Some(address!("3535353535353535353535353535353535353535")),
                value: U256::from(5u8),
                data: hex!("0102").into(),
            },
        };
        let digest = keccak256(transaction.encode(|_| ()));
        let signature = account.sign(&digest).unwrap();
        let key = k256::ecdsa::VerifyingKey::recover_from_prehash(
            digest.as_slice(),
            &k256::ecdsa::Signature::from_scalars(
                signature.r().to_be_bytes::<32>(),
                signature.s().to_be_bytes::<32>(),
            )
            .unwrap(),
            k256::ecdsa::RecoveryId::new(signature.v(), false),
        )
        .unwrap();
        let recovered = tranche_protocol::address::Address::of_key(&key);
        assert_eq!(recovered.bytes().as_slice(), account.address().as_slice());
        let signed = transaction.sign(&account).unwrap();
        assert_eq!(signed.raw[0], TYPE);
        assert_eq!(signed.hash, keccak256(&signed.raw));
    }

    #[test]
    fn unsigned_bytes_are_the_list_of_nine_fields() {
        let transaction = Transaction {
            chain_id: 1,
            nonce: 0,
            max_priority_fee: 0,
            max_fee: 0x80,
            gas_limit: 0,
            call: Call {
                to: None,
                value: U256::ZERO,
                data: Bytes::new(),
            },
        };
        assert_eq!(
            transaction.encode(|_| ()),
            hex!("02ca 01 80 80 8180 80 80 80 80 c0")
        );
    }
}
