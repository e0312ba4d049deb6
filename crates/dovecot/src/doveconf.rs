//! What `doveconf -n` prints.
