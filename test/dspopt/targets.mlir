// RUN: dspopt %s -t dot | filecheck %s --check-prefix DOT
// RUN: dspopt %s -p pipeline -t dot | filecheck %s --check-prefix RT
// RUN: dspopt %s -p pipeline -t c | filecheck %s --check-prefix C
// RUN: dspopt %s -p pipeline -t wasm | filecheck %s --check-prefix WASM
// RUN: dspopt %s -p pipeline -t bytecode | filecheck %s --check-prefix BYTECODE
// RUN: not dspopt %s -t c 2>&1 | filecheck %s --check-prefix EARLY
// RUN: not dspopt %s -p check-rates -t wasm 2>&1 | filecheck %s --check-prefix EARLY
// RUN: not dspopt %s -p pipeline -t riscv-asm 2>&1 | filecheck %s --check-prefix FOREIGN

!audio = !dsp.signal<f32, audio>
!control = !dsp.signal<f32, control>
dsp.program @echo {kind = "effect"} {
^bb0(%x: !audio):
  %g = dsp.param {info = {id = "g", name = "G", unit = "", group = "", labels = "", scale = "linear", default = 0.5, min = 0.0, max = 1.0, step = 0.0, flags = 1}, smooth = 0.0} : !control
  %s = dsp.feedback {initial = [0.0 : f32]} : () -> !audio {
  ^bb1(%before: !audio):
    %y = dsp.mul %before, %g : (!audio, !control) -> !audio
    %z = dsp.add %x, %y : !audio loc("echo.py":7:5)
    dsp.yield %z : (!audio) -> ()
  }
  dsp.output %s : (!audio) -> ()
}

// Programs and bodies are boxes, operations and arguments nodes, values edges; the way back is dashed.
// DOT:       digraph {
// DOT:         subgraph cluster_{{[0-9]+}} {
// DOT-NEXT:      label="program @echo kind=effect";
// DOT-NEXT:      [[X:n[0-9]+]] [label="x", shape=ellipse];
// DOT-NEXT:      [[G:n[0-9]+]] [label="param g", color=royalblue
// DOT-NEXT:      subgraph cluster_{{[0-9]+}} {
// DOT-NEXT:        label="feedback";
// DOT-NEXT:        [[BEFORE:n[0-9]+]] [label="before", shape=ellipse];
// DOT-NEXT:        [[Y:n[0-9]+]] [label="mul", color=black
// DOT-NEXT:        [[Z:n[0-9]+]] [label="add", color=black, tooltip="echo.py:7"];
// DOT-NEXT:        [[YIELD:n[0-9]+]] [label="yield"
// DOT-NEXT:      }
// DOT-NEXT:      [[OUT:n[0-9]+]] [label="output"
// DOT-NEXT:    }
// DOT-NEXT:    [[BEFORE]] -> [[Y]];
// DOT-NEXT:    [[G]] -> [[Y]];
// DOT-NEXT:    [[X]] -> [[Z]];
// DOT-NEXT:    [[Y]] -> [[Z]];
// DOT-NEXT:    [[Z]] -> [[YIELD]];
// DOT-NEXT:    [[YIELD]] -> [[OUT]];
// DOT-NEXT:    [[Z]] -> [[BEFORE]] [style=dashed, constraint=false];
// DOT-NEXT:  }

// RT:        label="rt.program @echo kind=effect";
// RT:        label="rt.tick";
// RT:        label="rt.rec";
// RT:        label="rt.write @state_0"

// C:         {{#include|static|struct}}
// WASM:      (module
// BYTECODE:  {{.+}}

// EARLY:      error: the target {{c|wasm}} takes legal IR; here dsp.program remains, targets.mlir:12
// EARLY-NEXT:     help: run -p pipeline first

// FOREIGN:    error: the target riscv-asm broke down: AssertionError
