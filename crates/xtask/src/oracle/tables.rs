//! Compares look-ups in tables with those of the installed postmap.
//!
//! Tables of every type that has text are made up at random, with keys that
//! resemble what stands in them; `postmap -q` is asked, and the simulation.

use anyhow::{Context, Result, bail};
use postproof_catalog::Version;
use postproof_diag::FileId;
use postproof_model::{ServiceId, SourcePart, Tree, Wish, build};
use postproof_sim::{Config, Found, World};
use postproof_syntax::{Part, PartKind, Region, main_cf, table, table::TableSyntax};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Keys asked of each table.
const KEYS: usize = 12;

/// What came of it, by type of table.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    look_ups: usize,
    found: usize,
    unknown: usize,
    wrong: usize,
}

/// Makes up `tables` tables from `seed`. `root` is another system's root.
pub(super) fn command(tables: usize, seed: u64, root: Option<&Path>, shown: usize) -> Result<()> {
    let inside = PathBuf::from("/tmp/postproof-tables");
    let outside = root.map_or_else(|| inside.clone(), |root| root.join("tmp/postproof-tables"));
    fs::create_dir_all(&outside)?;
    fs::write(outside.join("main.cf"), "compatibility_level = 3.6\n")?;
    let mut random = Random(seed);
    let mut counts: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut left = shown;
    for number in 0..tables {
        let made = made(&mut random, number);
        fs::write(outside.join("table"), &made.text)?;
        let name = if made.inline.is_empty() { format!("{}/table", inside.display()) } else { made.inline.clone() };
        let table = format!("{}:{name}", made.kind);
        let real = real(root, &inside, &outside, made.kind, &table, &made.keys)?;
        let count = counts.entry(made.kind).or_default();
        for (key, (real, ours)) in made.keys.iter().zip(real.into_iter().zip(ours(&made, &table))) {
            count.look_ups += 1;
            count.found += usize::from(real.is_some());
            match ours {
                Found::Unknown(_) => count.unknown += 1,
                ours if words(&ours) == real => {}
                ours => {
                    count.wrong += 1;
                    if left > 0 {
                        left -= 1;
                        println!(
                            "{table}\n{}\nkey {key:?}\n  postmap {real:?}\n  ours    {:?}\n",
                            made.text,
                            words(&ours)
                        );
                    }
                }
            }
        }
    }
    fs::remove_dir_all(&outside)?;
    let wrong: usize = counts.values().map(|count| count.wrong).sum();
    for (kind, count) in &counts {
        let Counts { look_ups, found, unknown, wrong } = count;
        println!("{kind:9} {look_ups:6} look-ups, {found:6} found, {unknown:5} unknown, {wrong} wrong");
    }
    if wrong == 0 { Ok(()) } else { bail!("{wrong} answers differ") }
}

/// What `postmap -q -` prints, key by key.
fn real(
    root: Option<&Path>,
    inside: &Path,
    outside: &Path,
    kind: &str,
    table: &str,
    keys: &[String],
) -> Result<Vec<Option<String>>> {
    let program = |name: &str| match root {
        None => Command::new(name),
        Some(root) => {
            let mut command = Command::new("chroot");
            command.arg(root).arg(name);
            command
        }
    };
    if matches!(kind, "hash" | "btree") {
        let maker = if outside.join("aliases").exists() { "postalias" } else { "postmap" };
        program(maker).arg("-c").arg(inside).arg(table).stderr(Stdio::null()).status()?;
    }
    let mut command = program("postmap");
    command.arg("-c").arg(inside).args(["-q", "-", table]).stderr(Stdio::null()).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).spawn().context("postmap")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(keys.join("\n").as_bytes())?;
        stdin.write_all(b"\n")?;
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let found: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once('\t')).collect();
    Ok(keys.iter().map(|key| found.get(key.as_str()).map(|value| (*value).to_owned())).collect())
}

/// What the simulation answers. An answer that postmap does not give for an
/// error is none here too.
fn ours(made: &Made, table: &str) -> Vec<Found> {
    let texts = [
        ("main.cf", PartKind::MainCf, "compatibility_level = 3.6\n"),
        ("/tmp/postproof-tables/table", PartKind::Table, &made.text),
    ];
    let parts = texts.into_iter().enumerate().map(|(at, (name, kind, text))| {
        let region = Region::whole(FileId(at as u32), text.as_bytes());
        let tree = if at == 0 {
            Tree::Main(main_cf::parse(&region, text.as_bytes()))
        } else {
            Tree::Table(table::parse(TableSyntax::Indexed, &region, text.as_bytes()))
        };
        SourcePart { part: Part { kind, name: Some(name.to_owned()), host: None, whole: true, region }, tree }
    });
    let model = build(parts.collect(), Wish { postfix: Some(Version::new(3, 10)), ..Wish::default() });
    let world = World { files_are_closed: true, ..World::default() };
    let config = Config::new(&model, ServiceId(0), &world);
    made.keys.iter().map(|key| config.ask(table, key)).collect()
}

fn words(found: &Found) -> Option<String> {
    match found {
        Found::Value(text, _) => Some(text.as_ref().to_owned()),
        Found::Nothing | Found::Fails | Found::Broken | Found::Unknown(_) => None,
    }
}

/// One table and what is asked of it.
struct Made {
    kind: &'static str,
    text: String,
    /// The name, where it holds the table.
    inline: String,
    keys: Vec<String>,
}

const KINDS: &[&str] =
    &["regexp", "pcre", "cidr", "texthash", "hash", "inline", "regexp", "pcre", "unionmap", "static"];

fn made(random: &mut Random, number: usize) -> Made {
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

fn atom(random: &mut Random, pcre: bool, depth: usize, groups: &mut usize) -> String {
    const PLAIN: &[&str] = &["a", "b", "ab", "c", "@", "\\.", ".", ".*", "d", "-", "1", "A", "x"];
    const BOTH: &[&str] = &[
        "[a-c]",
        "[^@]",
        "[^@]+@",
        "[]a]",
        "[^]a]",
        "[a-]",
        "[[:alpha:]]",
        "[^[:digit:]_]",
        "[a\\d]",
        "\\w",
        "\\b",
        "\\@",
        "^",
        "$",
        "()",
        "[[:x:]]",
        "[b-a]",
        "[",
        "(",
        ")",
        "*",
        "{",
        "\\1",
        "é",
        "[é]",
        "\\\"",
        "[A-C]",
        "[[:upper:]]",
        "\\/",
    ];
    const POSIX: &[&str] = &["\\<", "\\>", "\\`", "\\'", "\\d", "[[.-.]]", "[[=a=]b]", "\\W", "\\s", "[a-[:digit:]]"];
    const PCRE: &[&str] = &[
        "\\d",
        "\\D+",
        "\\S",
        "\\h",
        "\\z",
        "\\A",
        "\\Qa.b\\E",
        "\\x61",
        "\\x{62}",
        "(?i)",
        "(?-i)",
        "(?-i:A)",
        "(?:ab)",
        "(?#c)",
        "\\y",
        "\\K",
        "(?>a)",
        "[\\w.-]",
        "[\\-a]",
        "[[:word:]]",
        "[[:^alpha:]]",
        "(?<!a)",
        "\\e",
        "[\\b]",
        "a b",
        "(?<n>a)",
    ];
    match random.below(12) {
        0..=5 => (*random.pick(PLAIN)).to_owned(),
        6 | 7 if depth > 0 => {
            *groups += 1;
            format!("({})", expression(random, pcre, depth - 1, groups))
        }
        8 => (*random.pick(if pcre { PCRE } else { POSIX })).to_owned(),
        10 => (*random.pick(BOTH)).to_owned(),
        _ => (*random.pick(PLAIN)).to_owned(),
    }
}

/// A small generator whose numbers are the same everywhere.
pub(super) struct Random(pub(super) u64);

impl Random {
    /// xorshift64*
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub(super) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        let at = self.below(from.len());
        from.get(at).or(from.first()).unwrap_or_else(|| unreachable!("nothing to pick from"))
    }
}
