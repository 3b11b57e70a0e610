using System.Runtime.CompilerServices;
using Lava.Core;

namespace Lava.Metering.Scanning;

/// <summary>The counts of one usage object, each present or absent: absent is not zero.</summary>
internal struct UsageTally
{
    private Values _values;
    private uint _present;

    /// <summary>What the provider says the call cost.</summary>
    public Money? Cost;

    /// <summary>Did a count fail its range? Then none of them is to be trusted.</summary>
    public bool IsInsane;

    /// <summary>Was anything counted?</summary>
    public readonly bool HasAny => _present != 0;

    /// <summary>Was any token count seen?</summary>
    public readonly bool HasTokens => Has(Count.Input) || Has(Count.Output) || Has(Count.Total);

    /// <summary>Was it seen?</summary>
    public readonly bool Has(Count count) => (_present & (1u << (int)count)) != 0;

    /// <summary>The count; 0 when it was not seen.</summary>
    public readonly long this[Count count] => Has(count) ? _values[(int)count] : 0;

    /// <summary>Forgets all; the values stay where nothing reads them, which spares wiping them for each event of a stream.</summary>
    public void Clear()
    {
        _present = 0;
        Cost = null;
        IsInsane = false;
    }

    /// <summary>The node that stands for a count.</summary>
    public static byte NodeOf(Count count) => (byte)(Node.Counts + count);

    /// <summary>Takes a number for the node that it stands at.</summary>
    public void Take(byte node, in DecimalNumber number)
    {
        switch (node)
        {
            case Node.Cost:
                Cost = number.TryGetDollars(out var dollars) ? dollars : Cost;
                break;
            case Node.CostTicks:
                Cost = number.TryGetCount(out var ticks) ? new Money(ticks) : Cost;
                break;
            case >= Node.Counts:
                var count = (Count)(node - Node.Counts);
                if (count < Count.FirstDecimal ? number.TryGetCount(out var value) : number.TryGetMicros(out value))
                {
                    Set(count, value);
                }
                else
                {
                    IsInsane = true;
                }

                break;
        }
    }

    /// <summary>Sets a count.</summary>
    public void Set(Count count, long value)
    {
        _values[(int)count] = value;
        _present |= 1u << (int)count;
    }

    /// <summary>Takes over what the other has; the rest stays.</summary>
    public void Merge(in UsageTally other)
    {
        for (var count = Count.Input; count < Count.Last; count++)
        {
            if (other.Has(count))
            {
                Set(count, other[count]);
            }
        }

        Cost = other.Cost ?? Cost;
        IsInsane |= other.IsInsane;
    }

    /// <summary>Adds what the other has. A sum that reaches <see cref="Usage.MaxCount"/> is insane.</summary>
    public void Add(in UsageTally other)
    {
        for (var count = Count.Input; count < Count.Last; count++)
        {
            if (other.Has(count))
            {
                var sum = Math.Min(this[count] + other[count], Usage.MaxCount);
                IsInsane |= sum == Usage.MaxCount;
                Set(count, sum);
            }
        }

        IsInsane |= other.IsInsane;
    }

    [InlineArray((int)Count.Last)]
    private struct Values
    {
        private long _first;
    }
}
