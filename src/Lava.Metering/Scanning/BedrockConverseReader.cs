namespace Lava.Metering.Scanning;

/// <summary>
/// Bedrock converse and converse-stream. The usage stands in the answer's root, or in the stream's metadata event, which is its last. The
/// input excludes cache reads and writes; <c>cacheReadInputTokenCount</c> and its like repeat other members and are not read. A guardrail's
/// trace has usage objects too, in units of its own: it is not entered.
/// </summary>
internal struct BedrockConverseReader(ResponseFacts facts) : IResponseReader
{
    private const byte Output = Node.First;
    private const byte Message = Node.First + 1;
    private const byte Part = Node.First + 2;
    private const byte Reasoning = Node.First + 3;
    private const byte Tool = Node.First + 4;
    private const byte Tier = Node.First + 5;
    private const byte CacheDetails = Node.First + 6;
    private const byte CacheDetail = Node.First + 7;
    private const byte Lifetime = Node.First + 8;
    private const byte DetailTokens = Node.OwnCounts;
    private const byte Parts = Node.First + 10;

    private UsageTally _event;
    private UsageTally _detail;
    private UsageTally _usage;
    private BoundedText _lifetime;
    private bool _eventHasUsage;
    private bool _isFinal;

    /// <inheritdoc/>
    public static byte DeltaNode => Node.None;

    /// <inheritdoc/>
    public readonly byte Member(byte node, ReadOnlySpan<byte> key) => node switch
    {
        Node.Root => RootMember(key),
        Output => key.SequenceEqual("message"u8) ? Message : Node.None,
        Message => key.SequenceEqual("content"u8) ? Parts : Node.None,
        Part or Reasoning => PartMember(key),
        Tool => key.SequenceEqual("input"u8) ? Node.Text : Node.None,
        Tier => key.SequenceEqual("type"u8) ? Node.ServiceTier : Node.None,
        Node.Usage => UsageMember(key),
        CacheDetail => DetailMember(key),
        _ => Node.None,
    };

    /// <inheritdoc/>
    public readonly byte Element(byte node) => node switch
    {
        Parts => Part,
        CacheDetails => CacheDetail,
        _ => Node.None,
    };

    /// <inheritdoc/>
    public void BeginObject(byte node)
    {
        if (node == Node.Usage)
        {
            _event = default;
            _eventHasUsage = true;
        }
        else if (node == CacheDetail)
        {
            _detail = default;
            _lifetime.Clear();
        }
        else if (node >= Node.Counts)
        {
            Number(node, default);
        }
    }

    /// <inheritdoc/>
    public void EndObject(byte node)
    {
        if (node == CacheDetail)
        {
            var written = default(UsageTally);
            written.IsInsane = _detail.IsInsane;
            written.Set(_lifetime.Is("1h"u8) ? Count.CacheWrite1h : Count.CacheWrite5m, _detail[Count.CacheWrite]);
            _event.Add(written);
        }
    }

    /// <inheritdoc/>
    public void BeginString(byte node)
    {
        if (node == Lifetime)
        {
            _lifetime.Clear();
        }
        else
        {
            facts.BeginString(node);
        }
    }

    /// <inheritdoc/>
    public void AppendString(byte node, ReadOnlySpan<byte> bytes)
    {
        if (node == Lifetime)
        {
            _lifetime.Append(bytes);
        }
        else
        {
            facts.AppendString(node, bytes);
        }
    }

    /// <inheritdoc/>
    public readonly void EndString(byte node) => facts.EndString(node);

    /// <inheritdoc/>
    public void Number(byte node, in DecimalNumber number)
    {
        if (node == DetailTokens)
        {
            _detail.Take(UsageTally.NodeOf(Count.CacheWrite), number);
        }
        else
        {
            _event.Take(node, number);
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (_eventHasUsage)
        {
            _usage.Merge(_event);
            _isFinal = facts.Framing != ResponseFraming.EventStream || facts.EventType.Is("metadata"u8);
            facts.IsTerminal |= _isFinal;
        }

        _eventHasUsage = false;
        facts.CountEvent();
    }

    /// <inheritdoc/>
    public void Drop()
    {
        _eventHasUsage = false;
        facts.Drop();
    }

    /// <inheritdoc/>
    public readonly Usage ToUsage() => BedrockUsage.From(_usage, facts, _isFinal && !facts.IsError && _usage.HasTokens);

    // A stream's events have their members here: delta, usage.
    private static byte RootMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        5 when key.SequenceEqual("delta"u8) => Part,
        5 when key.SequenceEqual("usage"u8) => Node.Usage,
        6 when key.SequenceEqual("output"u8) => Output,
        11 when key.SequenceEqual("serviceTier"u8) => Tier,
        _ => Node.None,
    };

    private static byte PartMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        4 when key.SequenceEqual("text"u8) => Node.Text,
        7 when key.SequenceEqual("toolUse"u8) => Tool,
        13 when key.SequenceEqual("reasoningText"u8) => Reasoning,
        16 when key.SequenceEqual("reasoningContent"u8) => Reasoning,
        _ => Node.None,
    };

    private static byte UsageMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        11 when key.SequenceEqual("inputTokens"u8) => UsageTally.NodeOf(Count.Input),
        12 when key.SequenceEqual("outputTokens"u8) => UsageTally.NodeOf(Count.Output),
        12 when key.SequenceEqual("cacheDetails"u8) => CacheDetails,
        20 when key.SequenceEqual("cacheReadInputTokens"u8) => UsageTally.NodeOf(Count.Cached),
        21 when key.SequenceEqual("cacheWriteInputTokens"u8) => UsageTally.NodeOf(Count.CacheWrite),
        _ => Node.None,
    };

    private static byte DetailMember(ReadOnlySpan<byte> key) => key.Length switch
    {
        3 when key.SequenceEqual("ttl"u8) => Lifetime,
        11 when key.SequenceEqual("inputTokens"u8) => DetailTokens,
        _ => Node.None,
    };
}
