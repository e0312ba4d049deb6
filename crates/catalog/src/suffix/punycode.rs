//! Punycode of one label (RFC 3492, section 6.3), for names that are written in
//! their own letters.

/// RFC 3492, section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;
const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The label in lower case, with `xn--` if it is not ASCII.
pub(super) fn label(text: &str) -> String {
    let text = text.to_lowercase();
    if text.is_ascii() {
        return text;
    }
    match encode(&text) {
        Some(code) => format!("xn--{code}"),
        None => text,
    }
}

/// `None` if a number does not fit, which takes a label longer than any name.
fn encode(text: &str) -> Option<String> {
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while let Some(next) = text.chars().map(u32::from).filter(|code| *code >= n).min() {
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for code in text.chars().map(u32::from) {
            if code < n {
                delta = delta.checked_add(1)?;
            }
            if code == n {
                number(delta, bias, &mut out)?;
                bias = adapted(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(out)
}

/// A variable-length integer.
fn number(delta: u32, bias: u32, out: &mut String) -> Option<()> {
    let mut rest = delta;
    let mut k = BASE;
    loop {
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            out.push(digit(rest)?);
            return Some(());
        }
        let step = BASE - threshold;
        out.push(digit(threshold + (rest - threshold) % step)?);
        rest = (rest - threshold) / step;
        k += BASE;
    }
}

fn digit(value: u32) -> Option<char> {
    let at = usize::try_from(value).ok()?;
    DIGITS.get(at).copied().map(char::from)
}

fn adapted(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_are_encoded_as_registries_do() {
        let cases = [
            ("COM", "com"),
            ("公司", "xn--55qx5d"),
            ("食狮", "xn--85x722f"),
            ("中国", "xn--fiqs8s"),
            ("рф", "xn--p1ai"),
            ("한국", "xn--3e0b707e"),
            ("Bücher", "xn--bcher-kva"),
            ("köln", "xn--kln-sna"),
        ];
        for (text, expected) in cases {
            assert_eq!(label(text), expected, "{text}");
        }
    }
}
