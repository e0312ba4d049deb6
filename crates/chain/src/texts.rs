//! One plain sentence for each restriction, in English and Korean.
