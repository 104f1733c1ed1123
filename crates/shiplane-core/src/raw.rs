//! Bytes as text and back without a loss, whatever they are: a file that is no UTF-8 can be edited like any other.
//!
//! A byte that is no part of UTF-8 stands as a character of the last private plane, as Python's `surrogateescape`
//! does it (PEP 383); a character of that range that is really in a file is taken apart into its bytes.

/// The character of byte 0; only bytes above 0x7f are ever written so.
const BASE: u32 = 0x10_ff00;

/// The bytes as text.
pub fn decode(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !text.contains(stands_for_a_byte) => return text,
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if stands_for_a_byte(c) {
                text.extend(c.encode_utf8(&mut [0; 4]).bytes().filter_map(stand_in));
            } else {
                text.push(c);
            }
        }
        text.extend(chunk.invalid().iter().copied().filter_map(stand_in));
    }
    text
}

/// The bytes that [`decode`] made the text from.
pub fn encode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match byte(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    bytes
}

/// Whether the character is a byte that was no part of UTF-8.
pub fn stands_for_a_byte(c: char) -> bool {
    byte(c).is_some()
}

fn byte(c: char) -> Option<u8> {
    u32::from(c).checked_sub(BASE).and_then(|byte| u8::try_from(byte).ok()).filter(|byte| *byte > 0x7f)
}

fn stand_in(byte: u8) -> Option<char> {
    char::from_u32(BASE + u32::from(byte))
}
