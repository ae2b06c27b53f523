//! What brings back a damaged or missing pack: for each group of up to ten packs the exclusive or of their bytes, and the
//! hashes that tell which blocks of which pack are good. One block may be missing in each row of a group, so any flipped
//! bytes of one pack, or a whole pack that is gone, are made good. It works on ciphertext, and needs no key.
//!
//! A file: `PDVPAR01`, the length of the head (u32, little-endian), the head as JSON, BLAKE3 of it, the parity, BLAKE3 of it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::hex;

const MAGIC: &[u8; 8] = b"PDVPAR01";
const HASH: usize = 32;
const BLOCK: usize = 64 * 1024;
/// Packs in a group.
const GROUP: usize = 10;

/// A pack of a group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) pack: String,
    /// Bytes of its file.
    len: u64,
    /// The first half of each block's BLAKE3, one after another.
    #[serde(with = "hex::list")]
    blocks: Vec<u8>,
}

impl Member {
    fn of(pack: &str, bytes: &[u8]) -> Self {
        let blocks = bytes.chunks(BLOCK).flat_map(short).collect();
        Self { pack: pack.to_owned(), len: bytes.len() as u64, blocks }
    }

    /// Whether these are the bytes that were written.
    pub(crate) fn fits(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.len && Self::of("", bytes).blocks == self.blocks
    }

    fn block_fits(&self, row: usize, block: &[u8]) -> bool {
        self.blocks.get(row * 16..row * 16 + 16) == Some(&short(block)[..])
    }
}

fn short(block: &[u8]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&blake3::hash(block).as_bytes()[..16]);
    half
}

/// A group that is being filled, or that was read.
#[derive(Default)]
pub(crate) struct Group {
    pub(crate) members: Vec<Member>,
    parity: Vec<u8>,
}

impl Group {
    pub(crate) fn add(&mut self, pack: &str, bytes: &[u8]) {
        self.members.push(Member::of(pack, bytes));
        self.parity.resize(self.parity.len().max(bytes.len()), 0);
        xor(&mut self.parity, bytes);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.members.len() >= GROUP
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Its members without the parity, which is read again when it is needed.
    pub(crate) fn members_only(self) -> Self {
        Self { members: self.members, parity: Vec::new() }
    }

    /// The file of the group.
    pub(crate) fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let head = serde_json::to_vec(&self.members)?;
        let mut bytes = Vec::with_capacity(self.parity.len() + head.len() + 128);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(blake3::hash(&head).as_bytes());
        bytes.extend_from_slice(&self.parity);
        bytes.extend_from_slice(blake3::hash(&self.parity).as_bytes());
        Ok(bytes)
    }

    /// The group of a file; `None` when its head does not verify. The flag says whether the parity does too.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<(Self, bool)> {
        let (members, rest) = head(bytes)?;
        let (parity, sum) = match rest.split_last_chunk::<HASH>() {
            Some((parity, sum)) => (parity, &sum[..]),
            None => (rest, &[][..]),
        };
        Some((Self { members, parity: parity.to_vec() }, blake3::hash(parity).as_bytes()[..] == *sum))
    }

    /// A pack's bytes as they were written, from what is left of it and from the other members; `None` when too much is gone.
    pub(crate) fn mend(&self, pack: &str, left: &[u8], other: &HashMap<String, Vec<u8>>) -> Option<Vec<u8>> {
        let member = self.members.iter().find(|member| member.pack == pack)?;
        let len = usize::try_from(member.len).ok()?;
        let mut mended = Vec::with_capacity(len);
        for (row, from) in (0..len).step_by(BLOCK).enumerate() {
            let to = (from + BLOCK).min(len);
            if let Some(block) = left.get(from..to).filter(|block| member.block_fits(row, block)) {
                mended.extend_from_slice(block);
                continue;
            }
            let mut block = self.parity.get(from..(from + BLOCK).min(self.parity.len()))?.to_vec();
            for beside in self.members.iter().filter(|beside| beside.pack != pack && beside.len > from as u64) {
                let bytes = other.get(&beside.pack)?;
                xor(&mut block, bytes.get(from..(from + BLOCK).min(bytes.len()))?);
            }
            block.truncate(to - from);
            if !member.block_fits(row, &block) {
                return None;
            }
            mended.extend_from_slice(&block);
        }
        Some(mended)
    }
}

fn head(bytes: &[u8]) -> Option<(Vec<Member>, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (len, rest) = rest.split_first_chunk::<4>()?;
    let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
    let (sum, rest) = rest.split_first_chunk::<HASH>()?;
    if blake3::hash(head).as_bytes() != sum {
        return None;
    }
    Some((serde_json::from_slice(head).ok()?, rest))
}

fn xor(into: &mut [u8], bytes: &[u8]) {
    into.iter_mut().zip(bytes).for_each(|(into, byte)| *into ^= byte);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_one_pack_of_a_group_comes_back_and_damage_in_different_rows_too() {
        let packs: Vec<Vec<u8>> = [BLOCK * 3 + 5, 10, BLOCK, BLOCK * 2 + 1]
            .iter()
            .enumerate()
            .map(|(at, size)| (0..*size).map(|byte| (byte * (at + 3) % 251) as u8).collect())
            .collect();
        let mut group = Group::default();
        for (at, bytes) in packs.iter().enumerate() {
            group.add(&at.to_string(), bytes);
        }
        let (group, whole) = Group::from_bytes(&group.to_bytes().unwrap()).unwrap();
        assert!(whole);
        let all: HashMap<String, Vec<u8>> = packs.iter().enumerate().map(|(at, bytes)| (at.to_string(), bytes.clone())).collect();
        for (at, bytes) in packs.iter().enumerate() {
            let mut others = all.clone();
            others.remove(&at.to_string());
            assert_eq!(group.mend(&at.to_string(), &[], &others).as_ref(), Some(bytes));
        }
        // One block gone in two packs, not in the same row: both come back. In the same row neither does.
        let (mut first, mut last) = (packs[0].clone(), packs[3].clone());
        first[BLOCK * 2 + 3] ^= 1;
        last[7] ^= 1;
        let mut others = all;
        others.insert("3".to_owned(), last.clone());
        assert_eq!(group.mend("0", &first, &others).as_ref(), Some(&packs[0]));
        first[7] ^= 1;
        assert_eq!(group.mend("0", &first, &others), None);
        let mut bytes = group.to_bytes().unwrap();
        bytes[40] ^= 1;
        assert!(Group::from_bytes(&bytes).is_none());
        let mut bytes = group.to_bytes().unwrap();
        let last = bytes.len() - 100;
        bytes[last] ^= 1;
        assert!(Group::from_bytes(&bytes).is_some_and(|(_, whole)| !whole));
    }
}
