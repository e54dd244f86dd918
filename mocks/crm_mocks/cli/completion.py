"""`crm-mocks completion`: the script by which a shell completes commands, options and names."""

from __future__ import annotations

import os
from typing import Any, Final

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from crm_mocks.cli.choice import Choice

_PROGRAM: Final = "crm-mocks"
_BREAKS: Final = ":="
"""Characters at which bash breaks words: it replaces only what follows the last one."""

_BASH: Final = r"""%(complete_func)s() {
    local IFS=$'\n' response completion type value
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" %(complete_var)s=bash_complete "$1" 2>/dev/null)
    COMPREPLY=()
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                COMPREPLY+=("$value")
                [[ $value == *[=:] ]] && compopt -o nospace
                ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_ZSH: Final = r"""#compdef %(prog_name)s

%(complete_func)s() {
    local -a plain described settings response
    local type key about
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \
        %(complete_var)s=zsh_complete %(prog_name)s 2>/dev/null)}")
    for type key about in ${response}; do
        case $type in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $key == *[=:] ]]; then
                    settings+=("$key:$about")
                elif [[ $about == _ ]]; then
                    plain+=("$key")
                else
                    described+=("$key:$about")
                fi
                ;;
        esac
    done
    [[ -n $settings ]] && _describe -V settings settings -U -S ''
    [[ -n $described ]] && _describe -V described described -U
    [[ -n $plain ]] && compadd -U -V plain -a plain
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


class _WithWords(ShellComplete):
    """Hands the words of the line on to the functions of `value_completion`, as `obj` of the context."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """Return the completions of a word, whole ones for a word such as `--set=activix.pa`."""
        self.ctx_args = {**self.ctx_args, "obj": args}
        option, equals, _ = incomplete.partition("=")
        items = super().get_completions(args, incomplete)
        if not equals or not option.startswith("--"):
            return items
        return [CompletionItem(f"{option}={item.value}", item.type, item.help) for item in items]


class Fish(_WithWords, FishComplete):
    """Completion in fish."""


class Zsh(_WithWords, ZshComplete):
    """Completion in zsh: adds no space after `vendor.setting=`."""

    source_template = _ZSH


class Bash(_WithWords, BashComplete):
    """Completion in bash: reads the line itself, since bash breaks `vendor.setting=value` into three words."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the complete words of the line, and the one at the cursor."""
        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)[1:]
        return (words, "") if line[-1:].isspace() or not words else (words[:-1], words[-1])

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Return type and value, without the part of the word that bash keeps."""
        _, word = self.get_completion_args()
        kept = max(word.rfind(each) for each in _BREAKS) + 1
        value = item.value[kept:] if item.type == "plain" and item.value.startswith(word) else item.value
        return f"{item.type},{value}"


add_completion_class(Bash)
add_completion_class(Fish)
add_completion_class(Zsh)


@click.command("completion")
@click.argument("shell", type=Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options, vendors, operations, outcomes, settings and files in a shell.

    Put the line of your shell into its startup file:

    \b
    bash: eval "$(crm-mocks completion bash)"       in ~/.bashrc
    zsh:  eval "$(crm-mocks completion zsh)"        in ~/.zshrc, after compinit
    fish: crm-mocks completion fish | source        in ~/.config/fish/config.fish
    """  # noqa: D301  # click takes a backspace for "do not wrap"
    completer = get_completion_class(shell)
    assert completer is not None  # one of the shells above
    click.echo(completer(ctx.find_root().command, {}, _PROGRAM, "_CRM_MOCKS_COMPLETE").source(), nl=False)
