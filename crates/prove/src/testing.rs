//! Configurations for the tests of this crate, made as those of `sim` are.

use postproof_sim::{Config, World};

#[path = "../../sim/src/testing.rs"]
mod of_sim;

pub(crate) use of_sim::Setup;

impl Setup {
    /// From main.cf and tables by path.
    pub(crate) fn of(main: &str, tables: &[(&str, &str)], world: World) -> Self {
        Self::new(main, tables, world)
    }
}
