"""Scripts that a real shell and the model must print the same for: output, messages and exit code."""

BASH = (
    'v=x; for w in 1 $((v+1)); do echo a$w; done; case $((v)) in 0) echo zero;; esac; v="2+3"; echo $((v*2)); v=v; echo $((v+1)); echo no',  # noqa: E501
    "mkdir x; mkdir x; mkdir -p x/y/z; ls -R; mkdir q/w",
    "touch f; mkdir f; rmdir f; rmdir nope; rm nope; rm -f nope; rm; mkdir d; rm d; rm -r d; ls",
    "cat nope; cat; echo $?; head nope; tail nope; wc nope; grep x nope; echo $?",
    "ls nope; echo $?; touch /nodir/x; touch",
    "cp; cp a; cp nope x; mkdir d; cp d e; cp -r d e; ls; mv nope z; mv; mv d e; ls e",
    "ln -s a b; ln -s a b; ln nope c; readlink b; readlink nope; echo $?; ln; ls -F",
    "chmod 600 nope; touch f; chmod 6x f; chmod u+x,go-r f; stat -c '%a %A %F %s %n' f; chmod 4755 f; stat -c %A f; stat nope",  # noqa: E501
    "chown nosuchuser f; touch f; chown nosuchuser f; chown 5:6 f; stat -c '%u %g' f",
    "echo a > /nodir/x; echo $?; cat < nope; echo $?; ./nope; echo $?; nosuchcmd; echo $?; mkdir d; ./d; echo $?; touch f; ./f; echo $?",  # noqa: E501
    "x=5; echo $((x+1)) $((x*2-3)) $((10/3)) $((7%3)) $((-7/2)) $((1<2)) $((2==2 && 1)); echo $((1/0)); echo after",
    "echo ${x:-d} ${x:=e} $x ${x:+alt} ${#x} ${y-unset} ${x%e}; z=a.b.c; echo ${z%.*} ${z%%.*} ${z#*.} ${z##*.}",
    'set -- a \'b c\' d; for i in "$@"; do echo "[$i]"; done; for i in $@; do echo "<$i>"; done; echo "$*" $#; shift; echo $1',  # noqa: E501
    "f() { echo in $1; return 3; }; f x; echo $?; g() { local v=1; v=2; }; v=0; g; echo $v",
    'if false; then echo a; elif true; then echo b; else echo c; fi; [ 1 -eq 1 ] && echo y || echo n; test -z "" -a 1 -lt 2 && echo both',  # noqa: E501
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i",  # noqa: E501
    "case abc in a*) echo m1;; *) echo m2;; esac; case x in [a-c]|z) echo 1;; [!a-c]) echo 2;; esac",
    "echo a b  c; echo \"a  b\"; echo 'a$x'; echo a\\ b; echo \"a\\\"b\" \"\\$x\" '\\n'; printf '%s-%d\\n' a 1 b 2; printf '%5s|%-5s|%05d\\n' a b 3",  # noqa: E501
    "echo hi | tr a-z A-Z | rev; seq 3 | sort -r | head -2; printf 'b\\na\\nb\\n' | sort | uniq -c; printf 'a:b:c\\n' | cut -d: -f2",  # noqa: E501
    "(exit 3); echo $?; (cd /; pwd); ! true; echo $?; { echo a; echo b; } | wc -l; true | false; echo $?; false | true; echo $?",  # noqa: E501
    "echo out; echo err >&2; { echo 1; echo 2 >&2; } 2>&1 | sort; echo x > f; echo y >> f; cat < f; wc -l < f; cat f f | wc -c",  # noqa: E501
    'touch b a c .h; echo *; echo [ab]; echo z*; ls -a; echo "*"; for f in *; do echo $f; done',
    'x=$(echo a; echo b); echo $x; echo "$x"; echo $(echo `echo nested`); y=$(false); echo $?',
    "sleep 0 & wait $!; echo $?; (exit 7) & wait $!; echo $?; wait; echo $?; wait 99999; echo $?",
    "trap 'echo bye' EXIT; echo hi; exit 4",
    "trap 'echo got' TERM; kill -TERM $$; echo after",
    "sh -c 'kill -TERM $$'; echo $?; sh -c 'exit 9'; echo $?",
    "exec echo replaced; echo no",
    "set -e; false; echo no",
    "set -e; false || true; if false; then :; fi; echo ok; f() { false; echo x; }; f || echo y; f; echo no",
    "set -u; echo $nope; echo no",
    "echo a |; echo b",
    "if true; then echo a",
    "for; do; done",
    "echo ${x:?msg}; echo no",
    "eval 'echo a; x=3'; echo $x; . ./nope; echo $?; echo 'y=7' > s; . ./s; echo $y",
    "find . ; mkdir -p a/b; touch a/b/c a/d; find . | sort; find a -name 'c'; find . -type d | sort; find nope",
    "echo abc | grep b; echo abc | grep -v b; echo $?; printf 'a\\nb\\n' | grep -c .; printf 'x1\\ny2\\n' | grep -o '[0-9]'; echo aXb | grep -i x; grep",  # noqa: E501
    "printf 'one\\ntwo\\n' > f; sed 's/o/0/' f; sed -n '/t/p' f; sed 's/o/0/g' f; sed 2d f",
    "echo 'a b c' | xargs -n1 echo; echo a | xargs; basename /a/b.c .c; dirname /a/b; dirname x; basename /",
    "echo hi > f; sha256sum f; md5sum f; wc f; wc -l f; wc -c < f; printf abc | wc; wc f f",
    "echo {1..3} {a,b}c x{1,2}y; echo a{,b}",
    "true && false || echo x; false && echo a; echo $?; false || echo b && echo c",
    "test; echo $?; [ a; echo $?; [ a = ]; echo $?; [ 1 -eq x ]; echo $?; [ -f /nope ]; echo $?; [ -d / ]; echo $?",
    "x=1 y=2; echo $x$y; x=3 env | grep '^x='; export x; env | grep '^x='; unset x; echo \"[$x]\"",
    'echo $0; echo "$@" | wc -c; echo $#; umask; umask 077; touch f; stat -c %a f',
    'f() {\n  echo "multi"\n}\nf; # comment\necho a # c\necho a#b',
    'IFS=:; x=a:b::c; for i in $x; do echo "[$i]"; done; unset IFS; x=\'  a  b \'; for i in $x; do echo "[$i]"; done',
    'printf \'a b\\nc d\\n\' | while read x y; do echo "$y-$x"; done; echo "p q r" | { read a b; echo "$b"; }',
    "echo a > f; echo b 2> g 1>&2; cat g; ls -1; exec 3> h; echo three >&3; cat h; echo x >&9; echo $?",
    "seq 5 | tail -2; seq 5 | tail -n +4; seq 3 | tee t | wc -l; cat t; seq 1 2 7; yes | head -2; head -c 3 /dev/zero | wc -c",  # noqa: E501
    "env -i A=1 env; env nosuch; echo $?; type cd; type nosuch; echo $?; command -v ls >/dev/null; echo $?",
    "break; echo a; for i in 1 2; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done; for i in 1 2; do break; done; echo $i",  # noqa: E501
    "dd if=/dev/zero of=f bs=1k count=3 2>/dev/null; stat -c %s f; dd if=nope; echo $?; truncate -s 10 f; stat -c %s f; du -sb f",  # noqa: E501
    'false; echo $?; nosuch 2>/dev/null; echo $?; echo "a$(nosuch2)b" 2>&1; : ; echo $?',
    "cd nope; echo $?; cd /; pwd; cd - >/dev/null; echo $?",
    "kill -9 $$; echo no",
)
DASH = (
    "( v=x; for w in 1 $((v+1)); do echo a; done; echo no ); echo $?",
    "break; echo a; type nosuch; echo $?; type cd ls",
    "[ a = ]; echo $?; [ a; echo $?; test a b c; echo $?; [ 1 -eq x ]; echo $?; [ a b ]; echo $?",
    "echo $((1/0)); echo x",
    "echo $((1+)); echo x",
    "echo ${x:?msg}; echo no",
    "cd nope; echo $?; . ./nope; echo no",
    "exit abc; echo no",
    "return 3; echo no",
    "shift; echo a; shift 5; echo b",
    "export 1x; echo $?; unset x; echo $?",
    "echo a >&9; echo $?; echo x > /; echo $?",
    "local x; echo $?",
    "sh nofile; echo $?; sh -c; echo $?",
    "read x < nofile; echo $?",
    'for i in 1 2; do echo $i; done > f; cat f; while read l; do echo "[$l]"; done < f',
    "f() { return; }; false; f; echo $?; f() { echo $#; }; f 1 2 3",
    "set -e; x=$(false); echo no",
    "set -e; echo $(false); echo yes; (false); echo no",
    "set -u; echo $x; echo no",
    "a=1; (a=2; echo $a); echo $a; a=3 true; echo $a",
    "echo \"a\\tb\\\\n\"; echo -e x; echo -n y; echo 'a\\cb'; echo z; printf \"%b\\n\" 'a\\tb'; printf '%x %o %c %%\\n' 255 8 abc; printf 'no newline'",  # noqa: E501
    "x='*'; echo $x; echo \"$x\"; touch 'a b'; for f in *; do echo \"$f\"; done; rm a\\ b; ls",
    "if [ -e nope ] || [ ! -d . ]; then echo a; else echo b; fi",
    "true & wait; echo $?; { sleep 0; echo bg; } & wait; echo fg",
    'x=a; case $x in a|b) echo ab;; esac; case "a b" in "a b") echo q;; esac; case z in esac; echo $?',
    "cat <<A; cat <<B\\nx\\nA\\ny\\nB",
    "cat <<A; cat <<B\nx\nA\ny\nB\necho z",
    "if true\nthen\n  echo a &&\n  echo b\nfi",
    "x=1 # c\necho \"a\nb\" 'c\nd'",
    'echo `echo a \\`echo b\\``; echo "$(echo "x  y")"; echo "`echo \'p  q\'`"',
    'unset x; echo ${x-"a b"} "${x:-c  d}"; x=; echo "[${x-a}]" "[${x:-a}]" "[${x+a}]"; x=\'a b\'; echo ${#x} "${x#a }" "${x%% *}"',  # noqa: E501
    'echo $nope$?"$#"; set a b; echo "$@" | cat; echo "x$@y"; set --; for i in "$@"; do echo never; done; echo end',
    "trap 'echo t' INT TERM; trap; trap - INT; trap '' HUP; kill -HUP $$; echo alive",
    "nosuch | cat; echo $?; cat nofile | wc -l; echo a | nosuch2; echo $?",
    "sh -c 'echo $0 $1 $2' name a b; sh -c 'exit 3' || echo $?; echo 'echo script $1' > s; sh s arg; chmod +x s; ./s b",
    "echo 'exit 5' > s; sh s; echo $?; printf '#!/bin/sh\\necho shebang $1\\n' > t; chmod 755 t; ./t q; echo 'no shebang' > u; printf 'echo plain\\n' > v; chmod 755 v; ./v",  # noqa: E501
    "touch -c nope; ls; mkdir -m 700 d; stat -c %a d; rmdir d; mkdir -p a/b; rm -r a/b a; ls | wc -l",
    "sleep 1x; echo $?; sleep; echo $?; true extra; false; echo $?; seq; echo $?; basename; echo $?",
    ": > e; [ -s e ] || echo empty; echo x > e; [ -s e ] && echo full; [ e -ef ./e ] && echo same; [ -x e ] || echo nox; [ -L e ] || echo nolink",  # noqa: E501
)
