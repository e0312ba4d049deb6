//! Reading tab-separated files, and writing values as Rust code.

use std::fmt;

/// Why the build fails. Cargo prints it with `{:?}`.
pub(crate) struct Fail(pub(crate) String);

impl fmt::Debug for Fail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// One file: all rows have as many cells as there are headings.
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
}

/// One row with its place.
pub(crate) struct Row {
    place: String,
    header: &'static [&'static str],
    cells: Vec<String>,
}

/// Between items of a cell whose items may hold blanks.
const ITEM: &str = " @@ ";

pub(crate) fn read(path: &str, text: &str, header: &'static [&'static str], key_columns: usize) -> Result<Table, Fail> {
    let mut rows: Vec<Row> = Vec::new();
    let mut headed = false;
    for (at, line) in text.lines().enumerate() {
        let place = format!("crates/catalog/{path}:{}", at + 1);
        if line.starts_with('#') {
            continue;
        }
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        if !headed {
            headed = true;
            if cells != header {
                return Err(Fail(format!("{place}: the headings must be {header:?}")));
            }
            continue;
        }
        let row = Row { place, header, cells };
        if row.cells.len() != header.len() {
            return row.fail(&format!("{} cells, not {}", row.cells.len(), header.len()));
        }
        if row.cells.iter().any(String::is_empty) {
            return row.fail("an empty cell; `-` is nothing");
        }
        if rows.last().is_some_and(|last| last.key(key_columns) >= row.key(key_columns)) {
            return row.fail("not sorted, or twice");
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(Fail(format!("crates/catalog/{path}: no rows"))) } else { Ok(Table { rows }) }
}

impl Row {
    pub(crate) fn fail<T>(&self, why: &str) -> Result<T, Fail> {
        Err(Fail(format!("{}: {why}", self.place)))
    }

    /// What rows are sorted by; `global` sorts before all other sections.
    fn key(&self, columns: usize) -> Vec<(bool, &str)> {
        let is_section = |at: usize| self.header.get(at) == Some(&"section");
        let cells = self.cells.iter().take(columns).enumerate();
        cells.map(|(at, cell)| (is_section(at) && cell != "global", cell.as_str())).collect()
    }

    /// The cell under a heading; `-` is none.
    pub(crate) fn cell(&self, heading: &str) -> Result<Option<&str>, Fail> {
        let found = self.header.iter().zip(&self.cells).find(|(name, _)| **name == heading);
        let Some((_, cell)) = found else { return self.fail(&format!("no column `{heading}`")) };
        Ok((cell != "-").then_some(cell.as_str()))
    }

    /// A cell that must hold something.
    pub(crate) fn must(&self, heading: &str) -> Result<&str, Fail> {
        self.cell(heading)?.map_or_else(|| self.fail(&format!("`{heading}` is missing")), Ok)
    }

    /// A name: nothing but letters, digits and a few signs.
    pub(crate) fn name(&self, heading: &str) -> Result<&str, Fail> {
        let name = self.must(heading)?;
        let odd = name.bytes().find(|byte| !byte.is_ascii_alphanumeric() && !b"_-<>@+:|.".contains(byte));
        odd.map_or(Ok(name), |odd| self.fail(&format!("{:?} in the name", char::from(odd))))
    }

    /// Blank-separated words, each once.
    pub(crate) fn words(&self, heading: &str) -> Result<Vec<&str>, Fail> {
        let words: Vec<_> = self.cell(heading)?.unwrap_or_default().split_ascii_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            if words.iter().skip(at + 1).any(|other| other == word) {
                return self.fail(&format!("`{word}` twice in `{heading}`"));
            }
        }
        Ok(words)
    }

    /// Items between `@@`, with their escapes still in them.
    pub(crate) fn items(&self, heading: &str) -> Result<Vec<&str>, Fail> {
        Ok(self.cell(heading)?.map_or_else(Vec::new, |cell| cell.split(ITEM).collect()))
    }

    /// Whether the flags hold that word; `known` are all that there are.
    pub(crate) fn flag(&self, word: &str, known: &[&str]) -> Result<bool, Fail> {
        let words = self.words("flags")?;
        match words.iter().find(|word| !known.contains(word)) {
            Some(odd) => self.fail(&format!("unknown flag `{odd}`")),
            None => Ok(words.contains(&word)),
        }
    }

    /// One word of a table of (word in the file, code).
    pub(crate) fn one_of(&self, heading: &str, word: &str, table: &[(&str, &str)]) -> Result<String, Fail> {
        let found = table.iter().find(|(name, _)| *name == word);
        found.map_or_else(|| self.fail(&format!("unknown {heading} `{word}`")), |(_, code)| Ok((*code).to_owned()))
    }

    /// A release as numbers.
    pub(crate) fn numbers(&self, text: &str) -> Result<Vec<u16>, Fail> {
        let numbers: Result<Vec<u16>, _> = text.split('.').map(str::parse).collect();
        match numbers {
            Ok(numbers) if matches!(numbers.len(), 2 | 3) => Ok(numbers),
            Ok(_) | Err(_) => self.fail(&format!("`{text}` is no release")),
        }
    }

    /// A release as code.
    pub(crate) fn release(&self, text: &str) -> Result<String, Fail> {
        match self.numbers(text)?.as_slice() {
            [major, minor, patch] => Ok(format!("Version {{ major: {major}, minor: {minor}, patch: Some({patch}) }}")),
            [major, minor] => Ok(format!("Version::new({major}, {minor})")),
            _ => self.fail(&format!("`{text}` is no release")),
        }
    }

    /// A release or none as code.
    pub(crate) fn optional_release(&self, heading: &str) -> Result<String, Fail> {
        self.cell(heading)?.map_or_else(|| Ok("None".to_owned()), |text| Ok(format!("Some({})", self.release(text)?)))
    }

    /// `since` must be before `removed`.
    pub(crate) fn check_life(&self) -> Result<(), Fail> {
        if let (Some(since), Some(removed)) = (self.cell("since")?, self.cell("removed")?)
            && self.numbers(since)? > self.numbers(removed)?
        {
            return self.fail("`removed` is before `since`");
        }
        Ok(())
    }

    /// A number or none as code.
    pub(crate) fn number(&self, heading: &str) -> Result<String, Fail> {
        let Some(text) = self.cell(heading)? else { return Ok("None".to_owned()) };
        text.parse::<i64>()
            .map_or_else(|_| self.fail(&format!("`{text}` is no number")), |number| Ok(format!("Some({number})")))
    }

    /// A text or none as code.
    pub(crate) fn optional_text(&self, heading: &str) -> Result<String, Fail> {
        Ok(self.cell(heading)?.map_or_else(|| "None".to_owned(), |text| format!("Some({text:?})")))
    }

    /// Undoes the escapes of a tab, a line end and a backslash.
    pub(crate) fn unescape(&self, text: &str) -> Result<String, Fail> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.chars();
        while let Some(letter) = rest.next() {
            match letter {
                '\\' => match rest.next() {
                    Some('t') => out.push('\t'),
                    Some('n') => out.push('\n'),
                    Some('\\') => out.push('\\'),
                    _ => return self.fail("an unknown escape"),
                },
                other => out.push(other),
            }
        }
        Ok(out)
    }
}

/// A slice of texts as code.
pub(crate) fn texts(words: &[&str]) -> String {
    format!("&{words:?}")
}

/// A slice as code: one line for each item.
pub(crate) fn slice(items: &[String]) -> String {
    format!("&[\n{}]\n", items.iter().map(|item| format!("{item},\n")).collect::<String>())
}
