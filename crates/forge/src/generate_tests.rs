use super::*;

#[test]
fn of_equals_the_first_is_the_likeliest() {
    assert_eq!(likeliest(&[0.0, 3.0, 3.0, f32::NEG_INFINITY]), Some(1));
    assert_eq!(likeliest(&[]), None);
}
