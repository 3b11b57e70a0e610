using System.Text;
using Lava.Core;

namespace Lava.Tests.Core;

public sealed class ShardedMapTests
{
    [Fact]
    public void WithAndWithout_RandomChanges_AgreeWithADictionary()
    {
        var random = new Random(7);
        var map = ShardedMap<int, int>.Empty();
        var model = new Dictionary<int, int>();
        for (var i = 0; i < 5_000; i++)
        {
            var key = random.Next(300);
            if (random.Next(3) == 0)
            {
                map = map.Without(key);
                model.Remove(key);
            }
            else
            {
                map = map.With(key, i);
                model[key] = i;
            }

            Assert.Equal(model.Count, map.Count);
        }

        for (var key = 0; key < 300; key++)
        {
            Assert.Equal(model.TryGetValue(key, out var expected), map.TryGetValue(key, out var value));
            Assert.Equal(expected, value);
        }
    }

    [Fact]
    public void WithEach_Values_ChangesThemHereAlone()
    {
        var map = ShardedMap<int, string>.Create(Enumerable.Range(0, 5_000).Select(i => KeyValuePair.Create(i, $"{i}")));

        var changed = map.WithEach(value => value.EndsWith('7') ? value + "!" : value);

        Assert.Equal(map.Count, changed.Count);
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(map.TryGetValue(i, out var before) && before == $"{i}");
            Assert.True(changed.TryGetValue(i, out var after) && after == (i % 10 == 7 ? $"{i}!" : $"{i}"));
        }
    }

    [Fact]
    public void With_OldMap_StaysAsItWas()
    {
        var old = ShardedMap<int, string>.Create([KeyValuePair.Create(1, "one")]);
        var changed = old.With(1, "uno").With(2, "due");
        Assert.True(old.TryGetValue(1, out var value));
        Assert.Equal("one", value);
        Assert.False(old.TryGetValue(2, out _));
        Assert.Equal((1, 2), (old.Count, changed.Count));
    }

    [Fact]
    public void Create_SameKeyTwice_KeepsTheLater()
    {
        var map = ShardedMap<int, string>.Create([KeyValuePair.Create(1, "a"), KeyValuePair.Create(1, "b")]);
        Assert.True(map.TryGetValue(1, out var value));
        Assert.Equal(("b", 1), (value, map.Count));
    }

    [Fact]
    public void TryGetValue_ByAlternateKey_FindsWhatTheKeyFinds()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        var map = ShardedMap<ScopedName, int>.Create(
            Enumerable.Range(0, 2_000).Select(i => KeyValuePair.Create(ScopedName.From(one, $"meter-{i}"), i)),
            ScopedNameComparer.Instance);
        for (var i = 0; i < 2_000; i++)
        {
            Assert.True(map.TryGetValue(new ScopedBytes(one, Encoding.UTF8.GetBytes($"meter-{i}")), out var value));
            Assert.Equal(i, value);
        }

        Assert.False(map.TryGetValue(new ScopedBytes(other, "meter-1"u8), out _));
        Assert.False(map.TryGetValue(new ScopedBytes(one, "meter-"u8), out _));
    }
}
