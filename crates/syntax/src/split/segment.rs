//! Which grammar each line of a stretch belongs to, by the evidence of the
//! lines around it, and where one part ends and the next begins.

use super::client_names::is_client_signature;
use super::evidence::{Family, Shape};
use super::rows::Row;
use std::ops::Range;

/// What is known of a stretch before its lines are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    /// The grammar that a prompt or title announces.
    pub(super) expected: Option<Family>,
    /// Whether a fence or a command sets the stretch off from prose: what can't
    /// be read between its lines is a faulty line of it.
    pub(super) framed: bool,
}

/// Lines of one grammar.
pub(super) struct Segment {
    pub(super) family: Family,
    /// Positions of its rows in the stretch, in order.
    pub(super) rows: Vec<usize>,
}

/// Unreadable lines in a row that still count as part of a framed stretch.
const MAX_JUNK: usize = 2;

/// Cuts a stretch into segments.
pub(super) fn segments(rows: &[Row<'_>], shapes: &[Shape], frame: Frame) -> Vec<Segment> {
    let families = families(rows, shapes, frame);
    let mut found: Vec<(Family, Range<usize>)> = Vec::new();
    for (at, family) in families.iter().enumerate() {
        let Some(family) = *family else { continue };
        match found.last_mut() {
            Some((last, range)) if *last == family && bridges(shapes, range.end..at, frame) => range.end = at + 1,
            _ => found.push((family, at..at + 1)),
        }
    }
    let mut free = 0;
    let starts: Vec<usize> = found.iter().map(|(_, range)| range.start).chain([rows.len()]).collect();
    let with_comments = found.into_iter().zip(starts.iter().skip(1)).map(|((family, range), next)| {
        let start = lead(shapes, free..range.start, frame.framed);
        let end = trail(shapes, range.end..*next, frame.framed && *next == rows.len());
        free = end;
        let kept = (start..end).filter(|at| shapes.get(*at) != Some(&Shape::Warning));
        Segment { family, rows: kept.collect() }
    });
    with_comments.collect()
}

/// Whether the lines `between` two lines of a grammar belong to it too.
fn bridges(shapes: &[Shape], between: Range<usize>, frame: Frame) -> bool {
    let between = shapes.get(between).unwrap_or_default();
    let junk = between.iter().filter(|shape| !shape.is_neutral() && **shape != Shape::Warning).count();
    let cut = between.iter().any(|shape| matches!(shape, Shape::Elision | Shape::Log));
    !cut && (junk == 0 || frame.framed && junk <= MAX_JUNK)
}

/// Where the comments begin that lead up to a segment.
fn lead(shapes: &[Shape], before: Range<usize>, framed: bool) -> usize {
    let mut start = before.end;
    for at in before.rev() {
        match shapes.get(at) {
            Some(Shape::Comment) => start = at,
            Some(Shape::Blank) if framed => {}
            _ => break,
        }
    }
    start
}

/// Where the comments end that follow a segment.
fn trail(shapes: &[Shape], after: Range<usize>, to_the_end: bool) -> usize {
    // Comments that touch the next segment are its own.
    let own = if to_the_end { after.end } else { lead(shapes, after.clone(), false) };
    let mut end = after.start;
    for at in after.start..own {
        match shapes.get(at) {
            Some(Shape::Comment) => end = at + 1,
            Some(Shape::Blank) if to_the_end => {}
            _ => break,
        }
    }
    end
}

/// The grammar of each line, as far as it has one.
pub(super) fn families(rows: &[Row<'_>], shapes: &[Shape], frame: Frame) -> Vec<Option<Family>> {
    let next = next_strong(rows, shapes, frame);
    let mut walk = Walk { current: frame.expected, depth: 0, gap: false, continued: false, foreign: false, frame };
    let mut families = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let shape = shapes.get(at).copied().unwrap_or(Shape::Other);
        let next = next.get(at).copied().flatten();
        let twice = shapes.get(at + 1).is_some_and(|next| *next == shape);
        families.push(walk.family(row, shape, next, twice));
    }
    claim_client_files(rows, shapes, &mut families);
    families
}

/// For each line the grammar of the next line that has one for certain.
fn next_strong(rows: &[Row<'_>], shapes: &[Shape], frame: Frame) -> Vec<Option<Family>> {
    let mut next = None;
    let backwards = rows.iter().zip(shapes).rev().map(|(row, shape)| {
        let here = next;
        match shape {
            Shape::Strong(Family::Listing | Family::Table) | Shape::Elision | Shape::Log => next = None,
            Shape::Strong(family) => next = Some(*family),
            Shape::Other | Shape::Unassigned if !frame.framed && !row.is_indented() => next = None,
            Shape::Blank if !frame.framed => next = None,
            _ => {}
        }
        here
    });
    let mut found: Vec<_> = backwards.collect();
    found.reverse();
    found
}

struct Walk {
    current: Option<Family>,
    /// Open sections of Dovecot.
    depth: usize,
    /// Whether an empty line came since the last line of the grammar.
    gap: bool,
    /// Whether the last line ended with a backslash.
    continued: bool,
    /// Whether a line such as `[mysqld]` began the file of another program.
    foreign: bool,
    frame: Frame,
}

impl Walk {
    fn family(&mut self, row: &Row<'_>, shape: Shape, next: Option<Family>, twice: bool) -> Option<Family> {
        match shape {
            Shape::Blank => {
                self.gap = true;
                return None;
            }
            Shape::Comment | Shape::Warning => return None,
            _ => {}
        }
        self.foreign |= shape == Shape::Other && is_ini_section(&row.text);
        self.foreign &= !matches!(shape, Shape::Strong(Family::Main | Family::Master | Family::Overrides));
        let found = self.claim(row, shape, next, twice).filter(|_| !self.foreign);
        match found {
            Some(family) => {
                self.current = Some(family);
                self.gap = false;
                self.continued = row.text.ends_with('\\');
                self.count_braces(&row.text, family);
            }
            None if !(self.frame.framed && matches!(shape, Shape::Other | Shape::Unassigned)) => {
                self.current = None;
                self.depth = 0;
            }
            None => {}
        }
        found
    }

    fn claim(&self, row: &Row<'_>, shape: Shape, next: Option<Family>, twice: bool) -> Option<Family> {
        use Family::{Client, Dovecot, Main, Master, Overrides};
        let text = row.text.trim_start();
        // Indentation continues a line in the files of Postfix.
        if let Some(family @ (Main | Master | Client)) = self.current
            && row.is_indented()
            && (self.frame.framed || !self.gap || text.starts_with("-o "))
        {
            return Some(family);
        }
        if let Some(family @ (Dovecot | Client)) = self.current
            && self.continued
            && !self.gap
        {
            return Some(family);
        }
        if self.current == Some(Dovecot) && self.depth > 0 && shape.is_configuration() {
            // A section of an excerpt may lack its end.
            let leaves = !row.is_indented() && twice && matches!(shape, Shape::Strong(Main | Master));
            if !leaves {
                return Some(Dovecot);
            }
        }
        match shape {
            Shape::Strong(family) => Some(family),
            Shape::Either => self.one_of(&[Main, Dovecot, Client], next).or(Some(Main)),
            Shape::Client | Shape::Assignment => self.one_of(&[Main, Dovecot, Client, Overrides], next),
            Shape::Entry => self.one_of(&[Master], next),
            Shape::Open => self.one_of(&[Dovecot], next),
            Shape::Close => self.current.filter(|family| *family == Dovecot),
            // Prose may begin with such a name; right between two settings it is a fault.
            Shape::Unassigned => self.current.filter(|family| *family == Main && !self.gap && next == Some(Main)),
            Shape::Blank | Shape::Comment | Shape::Warning | Shape::Log | Shape::Elision | Shape::Other => None,
        }
    }

    fn one_of(&self, families: &[Family], next: Option<Family>) -> Option<Family> {
        let fits = |family: &Family| families.contains(family);
        self.current.filter(fits).or(next.filter(fits))
    }

    fn count_braces(&mut self, text: &str, family: Family) {
        let text = text.split('#').next().unwrap_or_default().trim();
        if family != Family::Dovecot {
            self.depth = 0;
        } else if text.ends_with('{') && !text.contains('=') {
            self.depth += 1;
        } else if text == "}" {
            self.depth = self.depth.saturating_sub(1);
        }
    }
}

/// `[mysqld]`, `[Service]`: sections of other programs' files.
fn is_ini_section(line: &str) -> bool {
    let name = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default().to_ascii_lowercase();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte));
    let ours = ["dovecot", "postfix", "conf", "main", "master", "mail", "snip"].iter().any(|word| name.contains(word));
    !name.is_empty() && plain && !ours
}

/// Runs of `name = value` that no grammar claimed are a client file if their
/// names are.
fn claim_client_files(rows: &[Row<'_>], shapes: &[Shape], families: &mut [Option<Family>]) {
    let mut at = 0;
    while at < rows.len() {
        let loose = |position: &usize| {
            let shape = shapes.get(*position).copied().unwrap_or(Shape::Other);
            let continues = *position > at && rows.get(*position).is_some_and(Row::is_indented);
            let plain = shape.is_neutral() || continues || matches!(shape, Shape::Client | Shape::Assignment);
            plain && families.get(*position).is_some_and(Option::is_none)
        };
        let end = (at..rows.len()).find(|at| !loose(at)).unwrap_or(rows.len());
        let run: Vec<usize> = (at..end).filter(|at| shapes.get(*at).is_some_and(|shape| !shape.is_neutral())).collect();
        let of_client = run.iter().filter(|at| shapes.get(**at) == Some(&Shape::Client)).count();
        let signed = run.iter().any(|at| rows.get(*at).is_some_and(|row| is_client_signature(&row.text)));
        if signed && of_client >= 2 && of_client * 2 > run.len() {
            for position in run {
                if let Some(family) = families.get_mut(position) {
                    *family = Some(Family::Client);
                }
            }
        }
        at = end.max(at) + 1;
    }
}
