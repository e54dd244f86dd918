"""Scripts in Lua, which the server runs in one step, each with the keys of one session.

A session has four keys, which share a hash tag:

- `meta`, a hash: `id` of the session's life between two resets, `version` (number of entries that the log ever had),
  `head` (token of the latest entry), `base` and `base_head` (version and token of the snapshot), `total` (number of the
  latest exchange), `bytes` and `log_bytes`, `snapshot_bytes`, `resets`, `created` (seconds since 1970), `line` and
  `line_until` (see below), and under the name of each process the token of its latest commit, followed by the version
  that it led to
- `log`, a list: the changes since the snapshot, each with its token before it
- `snapshot`, a string: changes that make a new session equal to what it was at `base`
- `journal`, a list: the latest exchanges, the last one with the number `total`

Changes, snapshot and exchanges have a checksum (`checksums.py`).

Processes that want to change a session at the same time stand in `line`, their names one after another. Only the first
one may commit, and leaves the line with that; if it does not until `line_until` (milliseconds since 1970), it has lost
its place. So each process waits for at most one commit of each other process.

A server that evicts keys may remove one of the four. A session whose log is incomplete, or whose snapshot is missing,
is removed as a whole, so that the processes that know it notice the loss.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Final

TOKEN_LENGTH: Final = 16
PROCESS_LENGTH: Final = 16

_LINE_MILLISECONDS: Final = 500
"""Time that the first process in the line has to commit."""

_COMMON: Final = (
    f"local TOKEN, PROCESS, PATIENCE = {TOKEN_LENGTH}, {PROCESS_LENGTH}, {_LINE_MILLISECONDS}"
    """
local function missing(id, known, head, m, time)
  local current, version, base = m[1] or '', tonumber(m[2] or '0'), tonumber(m[4] or '0')
  local is_odd = version and tostring(version) ~= (m[2] or '0')  -- commits compare the text
  if is_odd or redis.call('LLEN', KEYS[2]) ~= version - base or (base > 0 and redis.call('EXISTS', KEYS[3]) == 0) then
    redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
    return missing(id, known, head, {}, time)
  end
  local life = redis.call('PTTL', KEYS[1])
  if id ~= '' and current == id and known >= base and known <= version then
    local at = m[5] or ''
    if known > base then at = string.sub(redis.call('LINDEX', KEYS[2], known - base - 1), 1, TOKEN) end
    if at == head then
      return {'behind', time, current, version, m[3] or '', life, redis.call('LRANGE', KEYS[2], known - base, -1)}
    end
  end
  return {'other', time, current, version, m[3] or '', life, redis.call('LRANGE', KEYS[2], 0, -1),
          base > 0 and redis.call('GET', KEYS[3]) or '', tonumber(m[8] or '0'), m[9] or '0'}
end
local function meta()
  return redis.call('HMGET', KEYS[1], 'id', 'version', 'head', 'base', 'base_head', 'line', 'line_until', 'resets',
                    'created', 'total', 'bytes', 'log_bytes', 'snapshot_bytes')
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local m = meta()
local line = m[6] or ''
local function set_line(to)
  if to == '' then
    redis.call('HDEL', KEYS[1], 'line', 'line_until')
  else
    if string.sub(to, 1, PROCESS) ~= string.sub(line, 1, PROCESS) then
      redis.call('HSET', KEYS[1], 'line_until', now + PATIENCE)
    end
    redis.call('HSET', KEYS[1], 'line', to)
  end
  line = to
end
if line ~= '' and now > tonumber(m[7]) then set_line(string.sub(line, PROCESS + 1)) end
local function place(process)
  local at = string.find(line, process, 1, true)
  return at and (at - 1) / PROCESS
end
local function stand_in_line(process)
  if not place(process) then set_line(line .. process) end
  return place(process)
end
local function leave_line(process)
  local at = place(process)
  if at then set_line(string.sub(line, 1, at * PROCESS) .. string.sub(line, (at + 1) * PROCESS + 1)) end
end
"""
)

PULL: Final = (
    _COMMON
    + """
if ARGV[5] == '0' then
  leave_line(ARGV[4])
elseif line ~= '' and stand_in_line(ARGV[4]) > 0 then
  return {'busy', time, place(ARGV[4])}
end
if (m[1] or '') == ARGV[1] and (m[3] or '') == ARGV[3] and (m[2] or '0') == ARGV[2] then return {'current', time} end
return missing(ARGV[1], tonumber(ARGV[2]), ARGV[3], m, time)
"""
)
"""Returns the changes that a copy lacks.

Arguments: id, version and head of the copy; name of the process; whether it stands in line if there is one.
"""

COMMIT: Final = (
    _COMMON
    + """
local token, restarts, ttl = ARGV[4], ARGV[6] == '1', tonumber(ARGV[5])
local latest = redis.call('HGET', KEYS[1], ARGV[8]) or ''
if string.sub(latest, 1, TOKEN) == token then
  return {'stored', time, tonumber(string.sub(latest, TOKEN + 1)), 0, 0, #line}
end
if (m[1] or '') ~= ARGV[1] or (m[2] or '0') ~= ARGV[2] or (m[3] or '') ~= ARGV[3] then
  if ARGV[9] == '1' and m[1] then stand_in_line(ARGV[8]) end
  return missing(ARGV[1], tonumber(ARGV[2]), ARGV[3], m, time)
end
if line ~= '' and stand_in_line(ARGV[8]) > 0 then return {'busy', time, place(ARGV[8])} end
local id, version, total = m[1], tonumber(m[2] or '0'), tonumber(m[10] or '0')
local bytes, log_bytes, snapshot_bytes = tonumber(m[11] or '0'), tonumber(m[12] or '0'), tonumber(m[13] or '0')
local kept = redis.call('LLEN', KEYS[4])  -- what may fail comes before what changes something
redis.call('LLEN', KEYS[2])
redis.call('PUBLISH', ARGV[11], '')
if restarts or not id then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  version, total, kept, bytes, log_bytes, snapshot_bytes, line = 0, 0, 0, 0, 0, 0, ''
  redis.call('HSET', KEYS[1], 'id', token, 'base', 0, 'base_head', '', 'created', time[1],
             'resets', tonumber(m[8] or '0') + (restarts and 1 or 0))
end
if ARGV[7] ~= '' then
  redis.call('RPUSH', KEYS[2], token .. ARGV[7])
  version, log_bytes = version + 1, log_bytes + #ARGV[7]
end
if kept == 0 then bytes = 0 end  -- they may have been evicted
for place = 12, #ARGV do
  redis.call('RPUSH', KEYS[4], ARGV[place])
  total, kept, bytes = total + 1, kept + 1, bytes + #ARGV[place]
end
while bytes > tonumber(ARGV[10]) and kept > 1 do
  bytes, kept = bytes - #redis.call('LPOP', KEYS[4]), kept - 1
end
redis.call('HSET', KEYS[1], 'version', version, 'head', version > 0 and token or '', 'total', total,
           'bytes', bytes, 'log_bytes', log_bytes, 'snapshot_bytes', snapshot_bytes, ARGV[8], token .. version)
leave_line(ARGV[8])
for place = 1, 4 do redis.call('PEXPIRE', KEYS[place], ttl) end
return {'stored', time, version, log_bytes, snapshot_bytes, #line}
"""
)
"""Stores a change and exchanges if the copy was up to date, else returns the changes that it lacks.

Arguments: id, version and head of the copy; token of the change; milliseconds until the session expires; whether the
session starts anew; the change, empty for none; name of the process; whether it stands in line after a conflict;
maximum bytes of the journal; channel; then the exchanges. A change that is stored already is not stored again.
"""

COMPACT: Final = """
local m = redis.call('HMGET', KEYS[1], 'id', 'version', 'head')
if m[1] ~= ARGV[1] or m[2] ~= ARGV[2] or m[3] ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[3], ARGV[4], 'PX', ARGV[5])
redis.call('DEL', KEYS[2])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[4], ARGV[5])
redis.call('HSET', KEYS[1], 'base', ARGV[2], 'base_head', ARGV[3], 'log_bytes', 0, 'snapshot_bytes', #ARGV[4])
return 1
"""
"""Replaces the log by a snapshot. Arguments: id, version and head of the copy; the snapshot; milliseconds to live."""

READ_JOURNAL: Final = """
local m = redis.call('HMGET', KEYS[1], 'id', 'total')
if m[1] ~= ARGV[1] then return {0, 0, {}} end
local oldest = tonumber(m[2]) - redis.call('LLEN', KEYS[4]) + 1
local first = math.max(tonumber(ARGV[2]), oldest)
local start = first - oldest
return {first, tonumber(m[2]), redis.call('LRANGE', KEYS[4], start, start + tonumber(ARGV[3]) - 1)}
"""
"""Returns exchanges. Arguments: id; number of the first one wanted; how many at most."""

ADD_TO_LIST: Final = """
local time = redis.call('TIME')
return redis.call('ZADD', KEYS[1], 'NX', time[1] .. '.' .. string.format('%06d', time[2]), ARGV[1])
"""
"""Adds a name to a list of sessions, whose order is the server's time in seconds. Argument: the name."""


CLAIM_STAMP: Final = """
redis.call('TIME')
redis.call('PUBLISH', KEYS[1], '')
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
"""
"""Writes a stamp unless there is one; returns the one that holds. Argument: the stamp.

Requests need what it needs: a user who may not run scripts, write or publish cannot use the state.
"""


def _sha1(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()


DIGESTS: Final = {script: _sha1(script) for script in (PULL, COMMIT, COMPACT, READ_JOURNAL)}
"""The server's names of the scripts."""
