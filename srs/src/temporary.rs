//! Files and folders under a temporary name, until they are whole.
//!
//! A temporary stands beside its destination, is named `.tranche-*.tmp`, and is locked for as long as it is written. It reaches its destination by one
//! rename, after its bytes have reached the disk. What a killed process leaves behind is locked by nobody: the next process that writes to the same
//! folder removes it. What an interrupted one would leave behind is removed by [`abandon_all`].

use std::collections::HashSet;
use std::fs::{File, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

const PREFIX: &str = ".tranche-";
const SUFFIX: &str = ".tmp";

/// Times that a temporary is made anew when another process has swept it before it was locked.
const ATTEMPTS: usize = 16;

/// What is being written and not complete.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Folders that this process has swept.
static SWEPT: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody, as far as the process's umask allows: 0666 less the umask, folders 0777 less the umask.
    Public,
    /// The owner only: 0600, folders 0700.
    Secret,
}

impl Visibility {
    #[cfg(unix)]
    fn permissions(self, execute: u32) -> Option<Permissions> {
        use std::os::unix::fs::PermissionsExt;
        let mode = match self {
            Self::Public => 0o666 | execute,
            Self::Secret => 0o600 | execute & 0o100,
        };
        Some(Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    fn permissions(self, _execute: u32) -> Option<Permissions> {
        None
    }
}

/// A path in the list of unfinished ones for as long as it lives.
#[derive(Debug)]
struct Listed(PathBuf);

impl Listed {
    fn new(path: &Path) -> Self {
        // Absolute, for a program that changes its folder; as given where that fails.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        locked(&UNFINISHED).push(path.clone());
        Self(path)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        locked(&UNFINISHED).retain(|path| *path != self.0);
    }
}

/// Removes all that is being written and not complete: for a program that is about to end without dropping it. Nothing
/// is completed any more after it.
pub fn abandon_all() {
    let list = locked(&UNFINISHED);
    for path in list.iter().rev() {
        // What is gone already is as it should be, and for the rest there is nothing better to do.
        if path.is_dir() {
            // Another thread may put one more file there before it waits for the lock.
            let _ = (0..3).any(|_| std::fs::remove_dir_all(path).is_ok());
        } else {
            let _ = std::fs::remove_file(path);
        }
    }
    // The lock is never given back: a write that is about to complete waits here until the program ends.
    std::mem::forget(list);
}

/// A file that is not at its destination yet. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct TemporaryFile {
    file: NamedTempFile,
    listed: Listed,
}

impl TemporaryFile {
    /// Starts a file that is to stand at `destination`, whose folder must exist.
    ///
    /// # Errors
    /// The system's.
    pub fn create(destination: &Path, visibility: Visibility) -> io::Result<Self> {
        let folder = folder_of(destination);
        sweep(folder);
        held(|| {
            let mut builder = builder();
            if let Some(permissions) = visibility.permissions(0) {
                builder.permissions(permissions);
            }
            let file = builder.tempfile_in(folder).map_err(bare)?;
            let listed = Listed::new(file.path());
            let held = hold(file.as_file(), file.path());
            Ok((Self { file, listed }, held))
        })
    }

    /// The open file.
    pub fn as_file(&self) -> &File {
        self.file.as_file()
    }

    /// Makes the file durable and moves it to `destination`, over what is there.
    ///
    /// # Errors
    /// The system's; what was at `destination` is untouched then.
    pub fn replace(self, destination: &Path) -> io::Result<()> {
        self.finish(destination, |file| {
            file.persist(destination).map_err(|error| error.error)
        })
    }

    /// Makes the file durable and moves it to `destination` if there is nothing.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; the system's.
    pub fn keep_existing(self, destination: &Path) -> io::Result<()> {
        self.finish(destination, |file| {
            file.persist_noclobber(destination)
                .map_err(|error| error.error)
        })
    }

    fn finish(
        self,
        destination: &Path,
        rename: impl FnOnce(NamedTempFile) -> io::Result<File>,
    ) -> io::Result<()> {
        let Self { file, listed } = self;
        file.as_file().sync_all()?;
        let list = locked(&UNFINISHED);
        let renamed = rename(file);
        drop(list);
        drop(listed);
        renamed?;
        sync_folder(folder_of(destination))
    }
}

/// A folder that is not at its destination yet. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct TemporaryFolder {
    folder: TempDir,
    // Some systems cannot lock a folder, and do not sweep one either.
    _lock: Option<File>,
    listed: Listed,
}

impl TemporaryFolder {
    /// Starts a folder in `parent`, which must exist.
    ///
    /// # Errors
    /// The system's.
    pub fn create(parent: &Path, visibility: Visibility) -> io::Result<Self> {
        sweep(parent);
        held(|| {
            let mut builder = builder();
            if let Some(permissions) = visibility.permissions(0o111) {
                builder.permissions(permissions);
            }
            let folder = builder.tempdir_in(parent).map_err(bare)?;
            let listed = Listed::new(folder.path());
            let lock = File::open(folder.path()).ok();
            let held = lock.as_ref().is_none_or(|lock| hold(lock, folder.path()));
            let made = Self {
                folder,
                _lock: lock,
                listed,
            };
            Ok((made, held))
        })
    }

    /// Where its files are written until it is complete.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves the folder to `destination`, where there must be nothing or an empty folder. Its files must be durable already.
    ///
    /// # Errors
    /// The system's.
    pub fn rename(self, destination: &Path) -> io::Result<()> {
        let Self {
            folder,
            _lock,
            listed,
        } = self;
        sync_folder(folder.path())?;
        let list = locked(&UNFINISHED);
        let renamed = std::fs::rename(folder.path(), destination);
        drop(list);
        if renamed.is_ok() {
            // Nothing is left at the temporary name.
            let _ = folder.keep();
        }
        drop(listed);
        renamed?;
        sync_folder(folder_of(destination))
    }
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    builder
}

/// Makes a temporary until it is locked under its own name.
fn held<T>(make: impl Fn() -> io::Result<(T, bool)>) -> io::Result<T> {
    let mut made = make()?;
    for _ in 1..ATTEMPTS {
        if made.1 {
            break;
        }
        made = make()?;
    }
    Ok(made.0)
}

/// Locks a temporary; false if another process has swept it meanwhile. Where nothing can be locked nothing is swept.
fn hold(file: &File, path: &Path) -> bool {
    file.lock().is_err() || path.symlink_metadata().is_ok()
}

/// Removes the temporaries of processes that are no more, once for each folder. What fails is left for another time.
#[cfg(unix)]
fn sweep(folder: &Path) {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    if !locked(&SWEPT).insert(real) {
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let plain = |kind: std::fs::FileType| kind.is_file() || kind.is_dir();
        if !ours || !entry.file_type().is_ok_and(plain) {
            continue;
        }
        let path = entry.path();
        let Ok(file) = File::open(&path) else {
            continue;
        };
        if file.try_lock().is_ok() {
            let _ = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
        }
    }
}

#[cfg(not(unix))]
fn sweep(_folder: &Path) {}

/// Makes a folder and its missing parents, durably.
///
/// # Errors
/// The system's.
pub fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    make_folders(parent)?;
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(parent),
    }
}

/// The folder that a path stands in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// The system's answer without the temporary name that the library adds.
fn bare(error: io::Error) -> io::Error {
    match error.get_ref() {
        Some(_) => error.kind().into(),
        None => error,
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    #[test]
    fn what_a_dead_process_left_is_swept_and_what_a_living_one_writes_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let living = TemporaryFile::create(&at("a"), Visibility::Secret).unwrap();
        let growing = TemporaryFolder::create(folder.path(), Visibility::Secret).unwrap();
        // Locked by nobody: as a killed process leaves them.
        std::fs::write(at(".tranche-dead.tmp"), b"half").unwrap();
        std::fs::create_dir(at(".tranche-gone.tmp")).unwrap();
        std::fs::write(at(".tranche-gone.tmp/x"), b"half").unwrap();
        std::fs::write(at(".tranche-theirs"), b"kept").unwrap();
        std::os::unix::fs::symlink(at(".tranche-theirs"), at(".tranche-link.tmp")).unwrap();
        locked(&SWEPT).remove(&folder.path().canonicalize().unwrap());
        drop(TemporaryFile::create(&at("b"), Visibility::Public).unwrap());
        let left = names(folder.path());
        assert_eq!(left.len(), 4, "{left:?}");
        assert!(left.contains(&".tranche-theirs".to_owned()));
        assert!(left.contains(&".tranche-link.tmp".to_owned()));
        living.as_file().write_all(b"whole").unwrap();
        living.replace(&at("a")).unwrap();
        growing.rename(&at("f")).unwrap();
        assert_eq!(std::fs::read(at("a")).unwrap(), b"whole");
        assert!(at("f").is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn secret_temporaries_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let file = TemporaryFile::create(&folder.path().join("a"), Visibility::Secret).unwrap();
        assert_eq!(mode(file.file.path()), 0o600);
        let made = TemporaryFolder::create(folder.path(), Visibility::Secret).unwrap();
        assert_eq!(mode(made.path()), 0o700);
    }

    #[test]
    fn folders_are_made_to_any_depth_and_files_are_not_taken_for_folders() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a").join("b").join("c");
        make_folders(&deep).unwrap();
        make_folders(&deep).unwrap();
        assert!(deep.is_dir());
        std::fs::write(folder.path().join("f"), b"").unwrap();
        assert!(make_folders(&folder.path().join("f").join("g")).is_err());
    }
}
