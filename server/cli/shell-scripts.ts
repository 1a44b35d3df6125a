/** What a shell sources. Each asks `runboard complete` for the words and hands it what was typed as it is: nothing is evaluated. */
export const shellScripts = {
  bash: `# runboard: completions for bash
_runboard() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(runboard complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _runboard runboard
`,
  zsh: `#compdef runboard
_runboard() {
  local line
  local -a described
  for line in "\${(@f)$(runboard complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#described )); then _describe -V runboard described; else _files; fi
}
if [[ $funcstack[1] == _runboard ]]; then _runboard "$@"; else compdef _runboard runboard; fi
`,
  fish: `# runboard: completions for fish
function __runboard_complete
  set -l words (commandline -opc) (commandline -ct)
  runboard complete -- $words[2..-1] 2>/dev/null
end
complete -c runboard -f -a '(__runboard_complete)'
`,
} as const;

export type Shell = keyof typeof shellScripts;
export const shells = Object.keys(shellScripts) as Shell[];
