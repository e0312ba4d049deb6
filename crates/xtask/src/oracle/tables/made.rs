//! Random tables, and keys that resemble what stands in them.

use super::KEYS;

/// One table and what is asked of it.
pub(super) struct Made {
    pub(super) kind: &'static str,
    pub(super) text: String,
    /// The name, where it holds the table.
    pub(super) inline: String,
    pub(super) keys: Vec<String>,
}

const KINDS: &[&str] =
    &["regexp", "pcre", "cidr", "texthash", "hash", "inline", "regexp", "pcre", "unionmap", "static"];

/// A table of a type that its number gives.
pub(super) fn made(random: &mut Random, number: usize) -> Made {
    let kind = KINDS.get(number % KINDS.len()).copied().unwrap_or("hash");
    let mut made = Made { kind, text: String::new(), inline: String::new(), keys: Vec::new() };
    match kind {
        "regexp" | "pcre" => {
            for at in 0..1 + random.below(6) {
                made.text.push_str(&pattern_line(random, kind == "pcre", at));
            }
            made.keys = (0..KEYS).map(|_| mail_key(random)).collect();
        }
        "cidr" => {
            for at in 0..2 + random.below(8) {
                made.text.push_str(&cidr_line(random, at));
            }
            made.keys = (0..KEYS).map(|_| address(random)).collect();
        }
        "inline" | "unionmap" => {
            let pairs: Vec<String> = (0..1 + random.below(4)).map(|_| inline_pair(random)).collect();
            let comma = *random.pick(&[", ", " ", ","]);
            made.inline = format!("{{{}}}", pairs.join(comma));
            if kind == "unionmap" {
                let others = *random.pick(&["static:x", "inline:{a=c}", "inline:{b@c.d=1, q=2}", "fail:x", "bad", ""]);
                made.inline = format!("{{inline:{} {others}}}", made.inline);
            }
            made.keys = (0..KEYS).map(|_| (*random.pick(WORDS)).to_owned()).collect();
        }
        "static" => {
            made.inline = (*random.pick(&["x", "{ a b }", "{a}b", "{a", "{}", "{{a}}", "a:b"])).to_owned();
            made.keys = vec!["a".to_owned()];
        }
        _ => {
            for _ in 0..2 + random.below(8) {
                made.text.push_str(&indexed_line(random));
            }
            made.keys = (0..KEYS).map(|_| (*random.pick(WORDS)).to_owned()).collect();
            if kind == "texthash" && has_twice(&made.text) {
                // postmap keeps the first of two; the daemons refuse the table.
                made.kind = "hash";
            }
        }
    }
    made
}

fn has_twice(text: &str) -> bool {
    let keys: Vec<String> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_lowercase).collect();
    keys.iter().enumerate().any(|(at, key)| keys.get(..at).is_some_and(|earlier| earlier.contains(key)))
}

const WORDS: &[&str] =
    &["a", "A", "b@c.d", "c.d", "\"x y\"", "x", "q=r", "k", "\"", "a\\ b", "a b", "#", "é", "É.x", "@c.d", "{a}", "!a"];

fn indexed_line(random: &mut Random) -> String {
    let key = *random.pick(WORDS);
    let gap = *random.pick(&[" ", "\t", "  ", "\n ", "", " \n# c\n  ", "\r"]);
    let value = *random.pick(&["1", "OK", "REJECT a  b ", "\"q\"", "", "# c", "x\\", "é"]);
    let start = *random.pick(&["", "", "", "", " ", "# "]);
    format!("{start}{key}{gap}{value}\n")
}

fn inline_pair(random: &mut Random) -> String {
    let key = *random.pick(&["a", "A", "b@c.d", "\"x y\"", "k", "c.d", ""]);
    let equals = *random.pick(&["=", " = ", "=", "=", "= ", " "]);
    let value = *random.pick(&["1", "v  w", "", "{x}", "a=b"]);
    let whole = format!("{key}{equals}{value}");
    match random.below(8) {
        0..=3 => format!("{{ {whole} }}"),
        4 => format!("{{{whole}"),
        _ => whole,
    }
}

fn address(random: &mut Random) -> String {
    let v4 = |random: &mut Random| {
        format!(
            "{}.{}.{}.{}",
            random.pick(&["10", "192"]),
            random.pick(&["0", "1", "168"]),
            random.below(4),
            random.below(256)
        )
    };
    match random.below(10) {
        0 => format!("2001:db8::{:x}", random.below(40)),
        1 => (*random.pick(&[
            "::1",
            "::ffff:10.0.0.1",
            "host.example",
            "10.0",
            "010.0.0.1",
            "2001:DB8:0:0::1",
            "1::2::3",
            "",
        ]))
        .to_owned(),
        _ => v4(random),
    }
}

fn cidr_line(random: &mut Random, at: usize) -> String {
    let network = match random.below(9) {
        0 => format!("2001:db8::/{}", random.pick(&["32", "64", "128", "129"])),
        1 => format!("[2001:db8::{:x}]", random.below(9)),
        2 => address(random),
        3 => (*random.pick(&[
            "10.0.0.0/08",
            "10/8",
            "0.0.0.0/0",
            "::/0",
            "[10.0.0.0/8]",
            "[10.0.0.0]/8",
            "[10.0.0.0",
            "10.0.0.0/4294967296",
            "10.0.0.0/",
            "10.0.0.0/x",
        ]))
        .to_owned(),
        _ => format!(
            "{}.{}.0.0/{}",
            random.pick(&["10", "192"]),
            random.pick(&["0", "1", "168"]),
            random.pick(&["16", "15", "8", "24", "20", "32"])
        ),
    };
    let not = *random.pick(&["", "", "", "", "!", "! ", "!!"]);
    match random.below(9) {
        0 => format!("if {not}{network}\n"),
        1 => (*random.pick(&["endif\n", "ENDIF\n", "endif \n", "endif x\n", "endifx 1\n"])).to_owned(),
        2 => format!("{not}{network}\n"),
        _ => format!("{not}{network} {at}\n"),
    }
}

/// Something like an address or a name.
fn mail_key(random: &mut Random) -> String {
    let alphabet = ["a", "b", "ab", "aa", ".", "@", "c", "d", "-", "1", "_", "A", "+", "x", "é", "\"", " "];
    (0..1 + random.below(9)).map(|_| *random.pick(&alphabet)).collect()
}

fn pattern_line(random: &mut Random, pcre: bool, at: usize) -> String {
    let mut groups = 0;
    let mut pattern = expression(random, pcre, 3, &mut groups);
    if random.below(3) == 0 {
        pattern.insert(0, '^');
    }
    if pcre && random.below(8) == 0 {
        let inner = expression(random, pcre, 1, &mut groups);
        let look = *random.pick(&["^(?!", "^(?=", "^[^@]+@(?!", "^a(?!", "(?!"]);
        pattern = format!("{look}{inner}){pattern}");
    }
    if random.below(3) == 0 {
        pattern.push('$');
    }
    let delimiter = *random.pick(&["/", "/", "/", "|", "!"]);
    let pattern = if delimiter == "/" { pattern } else { pattern.replace(delimiter, "q") };
    let flags = match (random.below(4), pcre) {
        (0, true) => *random.pick(&["i", "x", "A", "U", "E", "m", "s", "ii", "X", "q"]),
        (0, false) => *random.pick(&["i", "m", "ii", "q", "x"]),
        _ => "",
    };
    let not = *random.pick(&["", "", "", "", "", "!", "!!"]);
    let value = match random.below(6) {
        0..=2 if groups > 0 => (1..=groups).map(|group| format!("<${{{group}}}>")).collect::<String>(),
        3 => format!("{at}$(1)$$"),
        4 if random.below(3) == 0 => "$x $".to_owned(),
        _ => format!("v{at}"),
    };
    let second = if !pcre && random.below(12) == 0 { "!/ab/" } else { "" };
    match random.below(14) {
        0 => format!("if {not}{delimiter}{pattern}{delimiter}{flags}\n"),
        1 => "endif\n".to_owned(),
        _ => format!("{not}{delimiter}{pattern}{delimiter}{flags}{second} {value}\n"),
    }
}

fn expression(random: &mut Random, pcre: bool, depth: usize, groups: &mut usize) -> String {
    let mut text = String::new();
    for at in 0..1 + random.below(3) {
        if at > 0 && random.below(5) == 0 {
            text.push('|');
        }
        for _ in 0..1 + random.below(3) {
            text.push_str(&atom(random, pcre, depth, groups));
            let rare = random.below(20) == 0;
            let repeats: &[&str] = if pcre && rare {
                &["{,2}", "*+", "**", "{65536}", "{2,1}"]
            } else if pcre {
                &["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,1}?", "*", "+", "?", "+?", "{1,}", "{x"]
            } else {
                &["*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "**", "+?", "{x}", "{2,1}"]
            };
            if random.below(3) == 0 {
                text.push_str(random.pick::<&str>(repeats));
            }
        }
    }
    text
}

/// Parts of patterns that both libraries take alike, by blanks.
const PLAIN: &str = r#"a b ab c @ \. . .* d - 1 A x"#;
/// Those that one may refuse.
const BOTH: &str = r#"[a-c] [^@] [^@]+@ []a] [^]a] [a-] [[:alpha:]] [^[:digit:]_] [a\d] \w \b \@ ^ $ () [[:x:]] [b-a] [ ( ) * { \1 é [é] \" [A-C] [[:upper:]] \/"#;
/// Those of regexp: tables.
const POSIX: &str = r#"\< \> \` \' \d [[.-.]] [[=a=]b] \W \s [a-[:digit:]]"#;
/// Those of pcre: tables.
const PCRE: &str = r#"\d \D+ \S \h \z \A \Qa.b\E \x61 \x{62} (?i) (?-i) (?-i:A) (?:ab) (?#c) \y \K (?>a) [\w.-] [\-a] [[:word:]] [[:^alpha:]] (?<!a) \e [\b] (?<n>a)"#;

fn atom(random: &mut Random, pcre: bool, depth: usize, groups: &mut usize) -> String {
    match random.below(12) {
        6 | 7 if depth > 0 => {
            *groups += 1;
            format!("({})", expression(random, pcre, depth - 1, groups))
        }
        8 => random.word(if pcre { PCRE } else { POSIX }),
        10 => random.word(BOTH),
        _ => random.word(PLAIN),
    }
}

/// A small generator whose numbers are the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// splitmix64
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// One of the words of a text.
    pub(crate) fn word(&mut self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        (*self.pick(&words)).to_owned()
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        let at = self.below(from.len());
        from.get(at).or(from.first()).unwrap_or_else(|| unreachable!("nothing to pick from"))
    }
}
