/**
 * What gives a session a terminal of its own:
 * `/bin/sh -c TERMINAL_WRAPPER runboard <terminal directory> <PANE_WRAPPER> <tmux> <PATH> -- <command> <args…>`.
 * It is the session's driver: it stands outside of the confinement, and so do tmux and its socket, because whoever speaks to a tmux
 * server can have the clients of that server run programs. Its directory is the clone, so what it runs is looked for on the PATH it is
 * given, the operator's, whatever its environment says.
 *
 *     tmux server of its own ── one session, one window, one pane: PANE_WRAPPER ── the command
 *           │                                                          │
 *           │                        what the pane shows ─► out (a pipe) ─► our stdout, the session's log
 *     waits until the server has ended (it does with its last session)   exit status ─► status
 *           │
 *     exits with the command's status; with 129 where there is none: the terminal was closed under the command
 *
 * The socket's name is relative: its whole path may be longer than a socket's may be. `-f /dev/null`: nobody's configuration. Nothing
 * of the client's environment goes in (update-environment). C-b is the prefix with four keys: detach, send C-b, scroll, and paste; no
 * key makes a window or runs anything. The title tells every client the window's size (see size-title). Lines that leave the screen
 * are the viewer's to keep (no smcup, no rmcup, and no indn, which keeps none).
 * The command is handed over in a file of shell words: what a tmux client may say at once is less than a command may be long.
 * `: 3<> out` opens the pipe without waiting and closes it: a reader that nobody has written to sees its end.
 * Who waits for the end asks in the same breath whether the session is there: one that comes after the session's end and before the
 * server's is told by nothing, and keeps the server.
 */
export const TERMINAL_WRAPPER = `RUNBOARD_TERMINAL=$1
RUNBOARD_PANE=$2
RUNBOARD_TMUX=$3
PATH=$4
shift 5
RUNBOARD_WORK=$PWD
export PATH RUNBOARD_TERMINAL
mkdir -m 700 "$RUNBOARD_TERMINAL" && cd "$RUNBOARD_TERMINAL" && mkfifo -m 600 out piped || exit 97
{
  printf exec
  for RUNBOARD_WORD in "$@"; do
    RUNBOARD_WORD=$(printf '%sx' "$RUNBOARD_WORD" | sed "s/'/'\\\\\\\\''/g")
    printf " '%s'" "\${RUNBOARD_WORD%x}"
  done
} > command
cat out &
"$RUNBOARD_TMUX" -u -S tty -f /dev/null start-server \\; \\
  set-option -g status off \\; \\
  set-option -g history-limit 10000 \\; \\
  set-option -g default-terminal tmux-256color \\; \\
  set-option -g window-size latest \\; \\
  set-option -g update-environment '' \\; \\
  set-option -g set-titles on \\; \\
  set-option -g set-titles-string 'Runboard #{window_width}x#{window_height}' \\; \\
  set-option -s escape-time 10 \\; \\
  set-option -s set-clipboard off \\; \\
  set-option -as terminal-features ',*:RGB' \\; \\
  set-option -as terminal-overrides ',*:smcup@:rmcup@:indn@' \\; \\
  unbind-key -a -T root \\; \\
  unbind-key -a -T prefix \\; \\
  bind-key d detach-client \\; \\
  bind-key C-b send-prefix \\; \\
  bind-key [ copy-mode \\; \\
  bind-key ] paste-buffer \\; \\
  new-session -d -s terminal -x 120 -y 32 -c "$RUNBOARD_WORK" \\
    /bin/sh -c "$RUNBOARD_PANE" runboard "$RUNBOARD_TERMINAL" "$RUNBOARD_TMUX" &&
  "$RUNBOARD_TMUX" -N -S tty has-session -t terminal \\; wait-for ended > /dev/null 2>&1
: 3<> out
wait
[ -r status ] || exit 129
read -r RUNBOARD_STATUS < status
exit "$RUNBOARD_STATUS"
`;

/**
 * In the pane: what it shows is written down from the first character on, then the command runs. It waits until who writes it down has
 * opened the pipe (`piped`): a short command would be over by then, and so would the log.
 */
export const PANE_WRAPPER = `(cd "$1" && "$2" -N -S tty pipe-pane -t "$TMUX_PANE" \\
  'exec > "$RUNBOARD_TERMINAL/out"; : > "$RUNBOARD_TERMINAL/piped"; exec cat') && : < "$1/piped"
unset TMUX TMUX_PANE RUNBOARD_TERMINAL
trap : INT QUIT
(. "$1/command")
echo "$?" > "$1/status"
`;
