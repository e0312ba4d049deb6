//! What a look finds, what is missing for it, and what is assumed instead.

use crate::hash::digest;
use crate::taken::{Answers, Purpose};
use postproof_diag::Text;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// What looking at a fact of the session gave.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Finding {
    /// It is not so; nothing was found.
    No,
    /// It is so.
    Yes,
    /// The look-up failed and may go well later.
    Temporary,
    /// The look-up can never go well.
    Broken,
    /// What was found.
    Text(Rc<str>),
    /// One of several cases that the site itself numbers.
    Case(u32),
    /// The world does not tell.
    Unknown(Missing),
}

/// Something that is not known.
#[derive(Clone, Debug)]
pub struct Missing {
    /// As `--assume` takes it: `dns:mx:example.com`, `pgsql:/etc/postfix/x.cf:example.com`.
    pub question: Rc<str>,
    /// A clause that names it for a reader.
    pub text: Text,
    /// Which answers differ, and why it is asked.
    pub(crate) answers: Answers,
    pub(crate) purpose: Purpose,
    /// What it is about: the table, the name in DNS.
    pub(crate) topic: Rc<str>,
}

impl Missing {
    /// Something that a question asks for.
    pub fn new(question: impl Into<Rc<str>>, text: Text) -> Self {
        let question = question.into();
        let topic = Rc::clone(&question);
        Self { question, text, answers: Answers::Usual, purpose: Purpose::Asked, topic }
    }

    /// The answers that lead to different replies, as `--assume` takes them;
    /// empty where that is not known.
    pub fn words(&self) -> Vec<&str> {
        match &self.answers {
            Answers::Words(words) => words.iter().map(|word| &**word).collect(),
            Answers::Usual | Answers::Found(_) | Answers::NoWord => Vec::new(),
        }
    }

    /// With no answer that a word stands for.
    pub(crate) fn without_words(self) -> Self {
        Self { answers: Answers::NoWord, ..self }
    }

    /// With the answer that stands for «found».
    pub(crate) fn with_found(self, word: impl Into<Rc<str>>) -> Self {
        Self { answers: Answers::Found(word.into()), ..self }
    }

    /// With these answers.
    pub(crate) fn with_words(self, words: impl IntoIterator<Item = impl Into<Rc<str>>>) -> Self {
        Self { answers: Answers::Words(words.into_iter().map(Into::into).collect()), ..self }
    }
}

impl PartialEq for Missing {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question && self.text == other.text
    }
}

impl Eq for Missing {}

impl Hash for Missing {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.question.hash(state);
    }
}

/// An answer that a run took for something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// What is not known.
    pub missing: Missing,
    /// The answer.
    pub finding: Finding,
    /// The question whose answer this one follows.
    pub(crate) along: Option<Rc<str>>,
}

impl Assumed {
    /// An answer to what is missing.
    pub fn new(missing: Missing, finding: Finding) -> Self {
        Self { missing, finding, along: None }
    }

    /// The question whose answer this one follows: of two keys under which a
    /// table may have an entry it matters only that one has it.
    pub fn follows(&self) -> Option<&str> {
        self.along.as_deref()
    }
}

/// The alternatives of a question that is answered by yes or no.
pub const YES_OR_NO: &[Finding] = &[Finding::No, Finding::Yes];

/// Which question is asked, wherever in the lists it stands: the same site gives
/// the same answer for the same client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site(u64);

impl Site {
    /// The site of a question: what it is about and what else decides the answer,
    /// such as a restriction's name and its argument.
    pub fn of(parts: impl Hash) -> Self {
        Site(digest(parts))
    }
}

/// The alternative that a word stands for, or the word itself.
pub(crate) fn alternative(alternatives: &[Finding], word: &Rc<str>) -> Finding {
    let stands = match &**word {
        "none" => Finding::No,
        "OK" => Finding::Yes,
        "fail" => Finding::Temporary,
        _ => return Finding::Text(Rc::clone(word)),
    };
    if alternatives.contains(&stands) { stands } else { Finding::Text(Rc::clone(word)) }
}
