using System.Text;

namespace Lava.Metering.Scanning;

/// <summary>The counts of several models that did one call. One per scanner, made when first needed, reused.</summary>
internal sealed class ModelTallies
{
    private readonly BoundedText[] _names = new BoundedText[UsageRecordCodec.ModelsMax];
    private readonly UsageTally[] _tallies = new UsageTally[UsageRecordCodec.ModelsMax];

    /// <summary>How many models are told apart: at most <see cref="UsageRecordCodec.ModelsMax"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Is a count among them that is not to be trusted?</summary>
    public bool IsInsane { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        IsInsane = false;
    }

    /// <summary>Adds to the model of this name; where there are too many, to the last one.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="tally">Its counts.</param>
    /// <param name="max">How many are told apart: 1 to <see cref="UsageRecordCodec.ModelsMax"/>.</param>
    public void Add(in BoundedText name, in UsageTally tally, int max = UsageRecordCodec.ModelsMax)
    {
        var at = 0;
        while (at < Count && !_names[at].Is(name.Span))
        {
            at++;
        }

        if (at == Count && Count < max)
        {
            _names[at] = name;
            _tallies[at] = default;
            Count++;
        }

        _tallies[Math.Min(at, Count - 1)].Add(tally);
        IsInsane |= tally.IsInsane;
    }

    /// <summary>The model's name.</summary>
    public string NameAt(int index) => Encoding.UTF8.GetString(_names[index].Span);

    /// <summary>The model's counts.</summary>
    public ref readonly UsageTally this[int index] => ref _tallies[index];
}
