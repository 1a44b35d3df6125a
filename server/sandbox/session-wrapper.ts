/**
 * The wrapper every session runs in: `/bin/sh -c WRAPPER runboard <session directory> <command> <args…>`.
 *
 *     ticket taken? ──no──► exit 97, nothing ran
 *        │yes (the file is created exclusively: a late launch can never follow a "forbidden")
 *     fd 3 closed: tells the helper that the ticket is decided
 *        │
 *     command, stdin empty, output appended to output.log
 *        │
 *     exit status written to `exit`, the last act
 *
 * The command and its arguments arrive as "$@" and are never part of the script. Only builtins are used, so the wrapper
 * costs no process of its own: a complete `exit` file is told by its newline instead of by a rename, a ticket by
 * noclobber (O_EXCL) instead of by mkdir. The command is always a path with a slash, so it can never be a shell builtin.
 * TERM, INT and HUP are caught, not ignored (ignoring would be inherited): the wrapper outlives its command and writes
 * the status. The variable's name is reserved (RUNBOARD_*), so it cannot collide with one of the session's.
 */
export const WRAPPER = `RUNBOARD_WRAPPER_DIRECTORY=$1
shift
set -C
echo "$$" > "$RUNBOARD_WRAPPER_DIRECTORY/launched" || exit 97
exec 3>&-
trap : TERM INT HUP
"$@" < /dev/null >> "$RUNBOARD_WRAPPER_DIRECTORY/output.log" 2>&1
echo "$?" > "$RUNBOARD_WRAPPER_DIRECTORY/exit"
`;

/** Set in the environment of everything a session runs; a process that carries it belongs to that session. */
export const SESSION_MARKER = "RUNBOARD_SESSION";
