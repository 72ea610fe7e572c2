//! Commands that are killed, that meet a full disk, or that run at the same time.
//!
//! | module | what happens |
//! |---|---|
//! | `fixture` | a small world in which every command that writes can run |
//! | `case` | the commands, what each writes, and what a whole result is |
//! | `kill` | the process is killed at many moments |
//! | `full` | the disk is full, or files may not grow |
//! | `together` | two processes do the same at once |
//! | `ledger` | a disclosure is killed between its files |
//!
//! An ignored test kills at every single change of the file system instead of at moments in time; it needs `strace`.

mod case;
mod fixture;
mod full;
mod kill;
mod ledger;
mod together;
