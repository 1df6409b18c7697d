// Completion scripts of the shells. They know no command: each asks `a3c complete` with the words so far, and leaves files
// to the shell. Nothing that a person has typed is evaluated.

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Writes the script for a shell. `program` is what starts a3c: the paths of Node and of the command. */
export function writeScript(shell: Shell, program: readonly string[]): string {
  const command = program.map(shell === 'fish' ? quoteForFish : quote).join(' ');
  switch (shell) {
    case 'bash':
      return writeBash(command);
    case 'zsh':
      return writeZsh(command);
    case 'fish':
      return writeFish(command);
  }
}

function writeBash(command: string): string {
  return `# Completion of a3c in bash.
_a3c() {
  local current="\${COMP_WORDS[COMP_CWORD]}" kind='' line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind="$line"; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <(${command} complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  local action='' endings=''
  case "$kind" in
    files*) action='-f' endings="\${kind#files}" ;;
    directories) action='-d' ;;
    *) return ;;
  esac
  compopt -o filenames 2>/dev/null
  [[ $current == = ]] && current=''
  while IFS= read -r line; do
    [[ -z $endings || -d $line || "$endings " == *" \${line##*.} "* ]] && COMPREPLY+=("$line")
  done < <(compgen "$action" -- "$current")
}
complete -F _a3c a3c
`;
}

function writeZsh(command: string): string {
  return `#compdef a3c
# Completion of a3c in zsh.
_a3c() {
  local -a lines candidates endings
  local line
  lines=("\${(@f)$(${command} complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case "$lines[1]" in
    directories)
      compset -P '--[^=]#='
      _files -/
      ;;
    files*)
      compset -P '--[^=]#='
      endings=(\${=lines[1]#files})
      if (( $#endings )); then _files -g "*.(\${(j:|:)endings})"; else _files; fi
      ;;
    *)
      for line in "\${(@)lines[2,-1]}"; do
        candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      _describe -t a3c a3c candidates
      ;;
  esac
}
if [[ "$funcstack[1]" == _a3c ]]; then
  _a3c "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _a3c a3c
fi
`;
}

function writeFish(command: string): string {
  return `# Completion of a3c in fish.
function __a3c_complete
  set -l words (commandline -opc)
  set -e words[1]
  set -l current (commandline -ct)
  set -l lines (${command} complete $words "$current" 2>/dev/null)
  set -l prefix (string match -r -- '^--[^=]*=' "$current")
  set -l path (string replace -r -- '^--[^=]*=' '' "$current")
  set -l kind (string split ' ' -- "$lines[1]")
  switch "$kind[1]"
    case files
      for line in (__fish_complete_path "$path")
        set -l ending (string replace -r -- '\\t.*' '' "$line" | string match -r -- '[^./]*$')
        if test (count $kind) -eq 1 -o -z "$ending"; or contains -- "$ending" $kind[2..-1]
          printf '%s%s\\n' "$prefix" $line
        end
      end
    case directories
      for line in (__fish_complete_directories "$path")
        printf '%s%s\\n' "$prefix" $line
      end
    case '*'
      printf '%s\\n' $lines[2..-1]
  end
end
complete -c a3c -f -a '(__a3c_complete)'
`;
}

/** One word for bash and zsh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function quoteForFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
