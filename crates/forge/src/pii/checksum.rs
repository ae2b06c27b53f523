//! The check digits of numbers that people are known by. All take digits alone, and say `false` to anything else.

/// The digits of a text, whatever stands between them.
pub(super) fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// Payment cards and Swedish personal numbers (ISO/IEC 7812): every second digit from the right is doubled.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, digit)| if at % 2 == 1 { doubled(*digit) } else { *digit }).sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The sum of digits times weights.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// ISO 7064 MOD 97-10 over letters and digits, letters as 10 to 35: what a whole IBAN leaves, its head moved to its end.
pub(super) fn mod_97(text: impl IntoIterator<Item = char>) -> Option<u32> {
    text.into_iter().try_fold(0, |rest, c| {
        let value = c.to_digit(36)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    })
}

/// ISO 7064 MOD 11,10: German tax ids.
pub(super) fn mod_11_10(digits: &[u32]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (11 - product) % 10 == *check
}

/// Weights 7, 3, 1 over letters and digits, with `<` as 0: the documents of ICAO 9303. The check digit of a field.
pub(super) fn icao(field: &str) -> Option<u32> {
    let mut sum = 0;
    for (c, weight) in field.chars().zip([7, 3, 1].into_iter().cycle()) {
        sum += weight * if c == '<' { 0 } else { c.to_digit(36)? };
    }
    Some(sum % 10)
}

/// Verhoeff's scheme, in the dihedral group of order ten: Aadhaar.
pub(super) fn verhoeff(digits: &[u32]) -> bool {
    const PERMUTED: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let mut check = 0;
    for (at, digit) in digits.iter().rev().enumerate() {
        let moved = (0..at % 8).fold(*digit, |digit, _| PERMUTED[digit as usize % 10]);
        check = product(check, moved);
    }
    !digits.is_empty() && check == 0
}

/// Multiplication in the dihedral group of order ten: turns below 5, reflections from 5 on.
fn product(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_from_the_schemes_own_descriptions_pass_and_a_changed_digit_does_not() {
        type Scheme = fn(&[u32]) -> bool;
        let schemes: [(Scheme, &str); 3] = [(luhn, "4111111111111111"), (mod_11_10, "86095742719"), (verhoeff, "234567890124")];
        for (holds, number) in schemes {
            let right = digits(number);
            assert!(holds(&right), "{number}");
            for at in 0..right.len() {
                let mut wrong = right.clone();
                wrong[at] = (wrong[at] + 1) % 10;
                assert!(!holds(&wrong), "{number} with another digit at {at}");
            }
            assert!(!holds(&[]));
        }
        assert_eq!(mod_97("370400440532013000DE89".chars()), Some(1));
        assert_eq!(mod_97("3704 00".chars()), None);
        assert_eq!((icao("L898902C3"), icao("740812"), icao("ZE184226B<<<<<")), (Some(6), Some(2), Some(1)));
    }
}
