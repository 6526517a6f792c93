#!/bin/sh
# Keeps the worker contract without training anything: its artifacts are sealed as they should be,
# but mean nothing. For tests of the operator and for load. What it does besides is told by the
# environment, a word for each case, <stage> or <stage>/<shard>:
#   STAND_IN_HOLD  cases that wait until the file "go" lies beside the folder of the store
#   STAND_IN_EXIT  cases, each with =<exit code>, that fail with that code
#   STAND_IN_DEAF  cases that do not stop when asked to
set -eu
stage=$1
for argument; do
  case $argument in --store=file://*) store=${argument#--store=file://} ;; esac
done
folder=$store/$stage
case=$stage
shard=
if [ -n "${JOB_COMPLETION_INDEX:-}" ]; then
  case $stage in
    collect*)
      folder=$folder/shard-$(printf %05d "$JOB_COMPLETION_INDEX")
      case=$stage/$JOB_COMPLETION_INDEX
      shard="\"shard\":$JOB_COMPLETION_INDEX,"
      ;;
    # Of nodes that train together the first one writes.
    *) [ "$JOB_COMPLETION_INDEX" = 0 ] || exit 0 ;;
  esac
fi

# Whether a list of cases names this one; an entry's own value comes after "=".
named() {
  for entry in $1; do
    case ${entry%%=*} in "$stage" | "$case") value=${entry#*=}; return 0 ;; esac
  done
  return 1
}

if [ -f "$folder/manifest.json" ] &&
  grep -q "\"inputDigest\":\"$APQ_INPUT_DIGEST\"" "$folder/manifest.json"; then
  exit 0
fi
mkdir -p "$folder"
printf '%s %s\n' "$case" "$$" >>"$store/../runs"
if named "${STAND_IN_DEAF:-}"; then trap '' TERM; else trap 'exit 75' TERM; fi
if named "${STAND_IN_HOLD:-}"; then
  until [ -e "$store/../go" ]; do sleep 0.2; done
fi
if named "${STAND_IN_EXIT:-}"; then
  printf 'the stand-in was told to end with %s\n' "$value" >&2
  exit "$value"
fi

case $stage in
  train) file=supernet.safetensors ;;
  collect | collect-quantized) file=samples.jsonl ;;
  *) file=predictor.safetensors ;;
esac
if [ "$file" = predictor.safetensors ]; then
  cp "$STAND_IN_PREDICTOR" "$folder/$file.tmp"
else
  printf 'stand-in for %s\n' "$case" >"$folder/$file.tmp"
fi
mv "$folder/$file.tmp" "$folder/$file"
digest=$(sha256sum "$folder/$file")
printf '{"contractVersion":1,"stage":"%s",%s"inputDigest":"%s","files":{"%s":{"sha256":"sha256:%s","size":%d}},"counts":{"samples":1},"summary":{}}' \
  "$stage" "$shard" "$APQ_INPUT_DIGEST" "$file" "${digest%% *}" "$(wc -c <"$folder/$file")" \
  >"$folder/manifest.json.tmp"
mv "$folder/manifest.json.tmp" "$folder/manifest.json"
