/**
 * What happens to the leases of several nodes, each step whole. Times are Redis's own, in milliseconds: the clocks of nodes differ.
 *
 * - `nodes` node → its last beat · `devices` node → how many are connected there · `here:<node>` the people connected there
 * - `people` person → on how many nodes · `graces` person whose last device has gone → when
 */
const NOW = `
local function now() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end
local function gone(here, user, at)
  if redis.call('SREM', here, user) == 1 and redis.call('HINCRBY', KEYS[3], user, -1) <= 0 then
    redis.call('HDEL', KEYS[3], user)
  end
  if redis.call('HEXISTS', KEYS[3], user) == 0 then redis.call('ZADD', KEYS[4], 'NX', at, user) end
end`;

/**
 * KEYS nodes, devices, people, graces, here; ARGV: the node, people.
 * @returns who of them was offline until now; nil when the node is not known: nobody would bury it if it died before its next beat
 */
export const COME = `
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return false end
local new = {}
for i = 2, #ARGV do
  local user = ARGV[i]
  if redis.call('SADD', KEYS[5], user) == 1 then
    local first = redis.call('HINCRBY', KEYS[3], user, 1) == 1
    if redis.call('ZREM', KEYS[4], user) == 0 and first then new[#new + 1] = user end
  end
end
return new`;

/** ARGV: person, milliseconds ago, person, … */
export const GO = `${NOW}
for i = 1, #ARGV, 2 do gone(KEYS[5], ARGV[i], now() - ARGV[i + 1]) end
return 0`;

/** ARGV: the node. All of its people go, and it too. */
export const LEAVE = `${NOW}
for _, user in ipairs(redis.call('SMEMBERS', KEYS[5])) do gone(KEYS[5], user, now()) end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return 0`;

/**
 * ARGV: the node, its devices, a mark. KEYS also: the mark that tells whether Redis still knows what it was told, ARGV 3 being that of a
 * new one.
 * @returns whether the node was known, the mark, the time, and of every other node: its name, its last beat
 */
export const BEAT = `${NOW}
local time = now()
local known = redis.call('ZSCORE', KEYS[1], ARGV[1]) and '1' or '0'
redis.call('ZADD', KEYS[1], time, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('SET', KEYS[6], ARGV[3], 'NX')
local answer = { known, redis.call('GET', KEYS[6]), string.format('%.0f', time) }
local beats = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #beats, 2 do
  if beats[i] ~= ARGV[1] then
    answer[#answer + 1] = beats[i]
    answer[#answer + 1] = beats[i + 1]
  end
end
return answer`;

/**
 * ARGV: the time of the beat that this follows, for how long it holds, the grace, what `here:<node>` begins with, most lapses at once, and
 * of every dead node: its name, its last beat, when its people have gone. One that has beaten again is not dead.
 * @returns of everybody whose grace is over: the person, when they went
 */
export const JUDGE = `${NOW}
local time = now()
if time - ARGV[1] > tonumber(ARGV[2]) then return {} end
for i = 6, #ARGV, 3 do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    local here = ARGV[4] .. ARGV[i]
    for _, user in ipairs(redis.call('SMEMBERS', here)) do gone(here, user, ARGV[i + 2]) end
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
  end
end
local due = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', time - ARGV[3], 'WITHSCORES', 'LIMIT', 0, ARGV[5])
for i = 1, #due, 2 do redis.call('ZREM', KEYS[4], due[i]) end
return due`;
