//! How wide a text will be, near enough to keep texts apart without a browser: a little wider than the usual system fonts are.

use crate::scene::{Align, Text, TextSize, Weight};

/// The width of a line of text, CSS pixels.
pub fn width(text: &str, size: TextSize, weight: Weight) -> f32 {
    let ems: f32 = text.chars().map(advance).sum();
    let bold = if weight == Weight::Bold { 1.07 } else { 1.0 };
    ems * size.px() * bold
}

/// From where to where a text reaches, CSS pixels.
pub(crate) fn extent(text: &Text) -> (f32, f32) {
    let width = width(&text.text, text.size, text.weight);
    let left = match text.align {
        Align::Start => text.at.x,
        Align::Middle => text.at.x - width / 2.0,
        Align::End => text.at.x - width,
    };
    (left, left + width)
}

/// A text in lines that fit, broken between words.
pub(crate) fn lines(text: &str, size: TextSize, room: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size, Weight::Regular) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// As much of a text as there is room for, with `…` where it is cut; empty where there is not room for two letters of it.
pub(crate) fn fitted(text: &str, size: TextSize, weight: Weight, room: f32) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if width(&kept, size, weight) + width("…", size, weight) > room {
            kept.pop();
            break;
        }
    }
    if kept.chars().count() < 2 { String::new() } else { format!("{}…", kept.trim_end()) }
}

/// The advance of a character in ems.
fn advance(character: char) -> f32 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' => 0.29,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 0.38,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.90,
        '0'..='9' => 0.60,
        'A'..='Z' => 0.70,
        character if character.is_ascii() => 0.57,
        // CJK, full-width forms and emoji fill a whole em.
        character if u32::from(character) >= 0x2e80 => 1.05,
        _ => 0.65,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_cut_says_so_and_keeps_to_its_room() {
        let fit = |room| fitted("no traffic between N. Virginia and Ireland", TextSize::Small, Weight::Regular, room);
        assert!(fit(90.0).ends_with('…') && fit(90.0).starts_with("no traf"), "{}", fit(90.0));
        assert!(width(&fit(90.0), TextSize::Small, Weight::Regular) <= 90.0);
        assert_eq!(fit(15.0), "");
        assert!(fit(900.0).ends_with("Ireland"));
    }

    #[test]
    fn wider_letters_bigger_sizes_and_bolder_weights_take_more_room() {
        let small = width("eu-west-1", TextSize::Small, Weight::Regular);
        assert!((40.0..60.0).contains(&small), "about 50 px in 11 px type, got {small}");
        assert!(width("eu-west-1", TextSize::Medium, Weight::Regular) > small);
        assert!(width("eu-west-1", TextSize::Small, Weight::Bold) > small);
        assert!(width("東京", TextSize::Small, Weight::Regular) > width("ab", TextSize::Small, Weight::Regular));
    }
}
