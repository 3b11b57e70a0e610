using Lava.Core.Accounts;

namespace Lava.Gateway.Limits;

/// <summary>What one call has taken of its limits until it ends. Made with the first limit that a pooled call meets, then reused.</summary>
internal sealed class LimitHold
{
    private Part[] _parts = [];
    private int _count;

    /// <summary>Is nothing held?</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Makes room for so many limits.</summary>
    public void Begin(int limits)
    {
        Release();
        if (_parts.Length < limits)
        {
            _parts = new Part[limits];
        }
    }

    /// <summary>Remembers what was taken.</summary>
    public void Add(LimitWindow window, LimitUnit unit, long amount) => _parts[_count++] = new Part(window, unit, amount);

    /// <summary>What is held of a unit in a window; it is held no more, and the caller gives it back.</summary>
    public long Take(LimitWindow window, LimitUnit unit)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_parts[i].Unit == unit && ReferenceEquals(_parts[i].Window, window))
            {
                var amount = _parts[i].Amount;
                _parts[i] = default;
                return amount;
            }
        }

        return 0;
    }

    /// <summary>The call was lowered: gives back what is held beyond the most that it can use now.</summary>
    public void Lower(in LimitUse most)
    {
        for (var i = 0; i < _count; i++)
        {
            var (window, unit, amount) = _parts[i];
            var rest = amount - most[unit];
            if (window is not null && rest > 0)
            {
                window.Add(unit, -rest);
                _parts[i] = new Part(window, unit, amount - rest);
            }
        }
    }

    /// <summary>Gives back all that is still held; nothing on a second call.</summary>
    public void Release()
    {
        for (var i = 0; i < _count; i++)
        {
            _parts[i].Window?.Add(_parts[i].Unit, -_parts[i].Amount);
            _parts[i] = default;
        }

        _count = 0;
    }

    private readonly record struct Part(LimitWindow? Window, LimitUnit Unit, long Amount);
}
