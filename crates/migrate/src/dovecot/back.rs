//! A 2.4 configuration for a 2.3 server: what it would refuse.

use crate::Migration;
use postproof_diag::SourceMap;

/// Names each line of a 2.4 configuration that 2.3 does not take.
pub fn to_2_3(_sources: &SourceMap) -> Migration {
    Migration::default()
}
