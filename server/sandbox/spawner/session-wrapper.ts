/**
 * The wrapper every session runs in: `/bin/sh -c WRAPPER runboard <session directory> <perl or ""> <groups…> -- <command> <args…>`.
 *
 *     ticket taken? ──no──► exit 97, nothing ran
 *        │yes (the file is created exclusively: a late launch can never follow a "forbidden")
 *     a word to fd 3, which is closed: tells the helper that it holds the ticket
 *        │
 *     in a child: join the session's control groups ──failed──► 97
 *        │
 *     command, stdin empty, output appended to output.log
 *        │
 *     exit status written to `exit`
 *        │
 *     child subreaper with children left? ──yes──► fd 4 closed: tells the helper; stays and reaps until the last has ended
 *        │no
 *     end
 *
 * The command and its arguments arrive as "$@" and are never part of the script. Only builtins are used, so the wrapper
 * costs no process of its own: a complete `exit` file is told by its newline instead of by a rename, a ticket by
 * noclobber (O_EXCL) instead of by mkdir. The command is always a path with a slash, so it can never be a shell builtin.
 * The wrapper itself joins no group: what kills a session's group, or runs it out of memory, leaves it to write the status.
 * The helper may have died: to tell it must not end the wrapper (PIPE), and nothing is told by what lies in the directory,
 * where the command may do as it likes.
 * TERM, INT and HUP are caught, not ignored (ignoring would be inherited): the wrapper outlives its command.
 * The kernel's list of a subreaper's children is empty only when nothing of the tree is left, as an orphan is on it before
 * its parent is off. Waiting is left to perl, as a shell cannot wait for children it did not start; by then the variables
 * perl obeys are those of nobody. The variables' names are reserved (RUNBOARD_*), so they cannot collide with the session's.
 */
export const WRAPPER = `RUNBOARD_WRAPPER_DIRECTORY=$1
RUNBOARD_WRAPPER_PERL=$2
shift 2
set -C
echo "$$" > "$RUNBOARD_WRAPPER_DIRECTORY/launched" || exit 97
trap '' PIPE
echo launched >&3
trap - PIPE
exec 3>&-
trap : TERM INT HUP
(
  while [ "$1" != -- ]; do
    echo 0 >> "$1/cgroup.procs" || exit 97
    shift
  done
  shift
  exec "$@"
) < /dev/null >> "$RUNBOARD_WRAPPER_DIRECTORY/output.log" 2>&1 4>&-
echo "$?" > "$RUNBOARD_WRAPPER_DIRECTORY/exit"
[ -n "$RUNBOARD_WRAPPER_PERL" ] || exit 0
RUNBOARD_WRAPPER_CHILDREN=/proc/$$/task/$$/children
if [ -r "$RUNBOARD_WRAPPER_CHILDREN" ]; then
  read -r RUNBOARD_WRAPPER_CHILDREN < "$RUNBOARD_WRAPPER_CHILDREN"
  [ -n "$RUNBOARD_WRAPPER_CHILDREN" ] || exit 0
fi
unset PERL5OPT PERL5LIB PERLLIB PERL5DB PERL_UNICODE
trap '' TERM INT HUP
exec 4>&-
exec "$RUNBOARD_WRAPPER_PERL" -f -e '1 while wait() > 0'
`;

/** Set in the environment of everything a session runs; a process that carries it belongs to that session. */
export const SESSION_MARKER = "RUNBOARD_SESSION";
