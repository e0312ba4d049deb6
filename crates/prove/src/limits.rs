//! The limits of a proof, each with what reaching it means: an answer that one of them
//! cut short is *unknown*, and says which.

use postproof_diag::{Text, text};

/// Candidates of one fact.
pub const MAX_CANDIDATES: usize = 400;

/// Entries of one table that are looked at.
pub(crate) const MAX_TABLE_ENTRIES: usize = 20_000;

/// Networks that are told apart.
pub(crate) const MAX_NETWORKS: usize = 4_000;

/// Addresses and names that are compared for one fact, before those that all tables
/// answer alike become one.
pub(crate) const MAX_POOL: usize = 20_000;

/// Steps of the automata that follow patterns, for all facts of one service: about a
/// second of one processor.
pub(crate) const MAX_PATTERN_STEPS: u64 = 40_000_000;

/// What was not gone through to its end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// [`MAX_CANDIDATES`].
    Candidates,
    /// [`MAX_TABLE_ENTRIES`].
    TableEntries,
    /// [`MAX_NETWORKS`].
    Networks,
    /// [`MAX_POOL`].
    Pool,
    /// [`MAX_PATTERN_STEPS`], or too many combinations of patterns.
    Patterns,
    /// A table that is asked in a way that no automaton follows.
    Table(String),
    /// [`MAX_STEPS`](crate::walk::MAX_STEPS): what sessions may cost.
    Sessions,
}

impl Limit {
    /// As a sentence.
    pub fn text(&self) -> Text {
        match self {
            Limit::Candidates => text!(
                "the configuration tells more than {MAX_CANDIDATES} kinds of clients apart; not all of them were tried",
                "설정이 구분하는 클라이언트가 {MAX_CANDIDATES}가지가 넘어 전부 시험하지 못했습니다"
            ),
            Limit::TableEntries => text!(
                "a table has more than {MAX_TABLE_ENTRIES} entries; the rest was not looked at",
                "항목이 {MAX_TABLE_ENTRIES}개를 넘는 테이블이 있어 나머지는 보지 못했습니다"
            ),
            Limit::Networks => text!(
                "the configuration names more than {MAX_NETWORKS} networks; not all of them were tried",
                "설정에 있는 네트워크가 {MAX_NETWORKS}개가 넘어 전부 시험하지 못했습니다"
            ),
            Limit::Pool => text!(
                "the tables name more than {MAX_POOL} addresses; not all of them were tried",
                "테이블에 있는 주소가 {MAX_POOL}개가 넘어 전부 시험하지 못했습니다"
            ),
            Limit::Patterns => text!(
                "the patterns can be met in too many combinations to follow all of them",
                "패턴이 맞는 조합이 너무 많아 모두 따라가지 못했습니다"
            ),
            Limit::Table(table) => text!(
                "what `{table}` answers to pieces of an address can't be followed through its patterns",
                "`{table}` 테이블이 주소의 일부에 어떻게 답하는지 패턴으로는 다 따라갈 수 없습니다"
            ),
            Limit::Sessions => text!(
                "not every session was followed to its end: there are too many",
                "세션이 너무 많아 모두 끝까지 따라가지 못했습니다"
            ),
        }
    }
}
