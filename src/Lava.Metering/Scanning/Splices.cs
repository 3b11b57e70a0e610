using System.Runtime.CompilerServices;

namespace Lava.Metering.Scanning;

/// <summary>A few places of a text and what stands there instead. Planned in any order, applied in the text's.</summary>
/// <param name="inserted">Memory for the inserted texts.</param>
internal ref struct Splices(Span<byte> inserted)
{
    // The model's prefix, stream_options and two spellings of the output limit.
    private const int CountMax = 4;

    private readonly Span<byte> _inserted = inserted;
    private Items _items;
    private int _count;
    private int _used;

    /// <summary>Bytes by which the text grows; negative when it shrinks.</summary>
    public int Growth { get; private set; }

    /// <summary>Takes a part out; <see cref="Append"/> says what takes its place.</summary>
    public void Replace(ByteRange part)
    {
        _items[_count++] = new Item(part, new ByteRange(_used, 0));
        Growth -= part.Length;
    }

    /// <summary>Inserts a member, in up to three pieces, behind an object's opening brace; with a comma where something follows.</summary>
    public void Insert(
        scoped ReadOnlySpan<byte> text,
        int offset,
        scoped ReadOnlySpan<byte> first,
        scoped ReadOnlySpan<byte> second = default,
        scoped ReadOnlySpan<byte> third = default)
    {
        var isSecond = _count > 0 && _items[_count - 1].Removed == new ByteRange(offset, 0);
        Replace(new ByteRange(offset, 0));

        // Of two members at one place, the first has the second behind it already.
        var cursor = new JsonCursor(text[offset..]);
        var isEmpty = cursor.Peek() == '}';
        Append(isEmpty && isSecond ? ","u8 : default);
        Append(first);
        Append(second);
        Append(third);
        Append(isEmpty ? default : ","u8);
    }

    /// <summary>Adds to what takes the place of the last part.</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_inserted[_used..]);
        _used += bytes.Length;
        Growth += bytes.Length;
        ref var item = ref _items[_count - 1];
        item = item with { Inserted = item.Inserted with { Length = item.Inserted.Length + bytes.Length } };
    }

    /// <summary>Writes the text with the changes made.</summary>
    public void Apply(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Sort();
        var from = 0;
        var to = 0;
        for (var i = 0; i < _count; i++)
        {
            var (removed, inserted) = _items[i];
            text[from..removed.Offset].CopyTo(destination[to..]);
            to += removed.Offset - from;
            from = removed.End;
            inserted.Of(_inserted).CopyTo(destination[to..]);
            to += inserted.Length;
        }

        text[from..].CopyTo(destination[to..]);
    }

    private void Sort()
    {
        for (var i = 1; i < _count; i++)
        {
            for (var j = i; j > 0 && _items[j].Removed.Offset < _items[j - 1].Removed.Offset; j--)
            {
                (_items[j], _items[j - 1]) = (_items[j - 1], _items[j]);
            }
        }
    }

    private readonly record struct Item(ByteRange Removed, ByteRange Inserted);

    [InlineArray(CountMax)]
    private struct Items
    {
        private Item _first;
    }
}
