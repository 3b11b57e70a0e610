using Lava.Core;

namespace Lava.Metering.Scanning;

/// <summary>
/// A JSON number read byte by byte into digits and a power of ten: exact where it can matter, without a buffer, without floating
/// point. It accepts what providers send (12, 12.0, 1.2e1, 1.13e-05) and says no to everything that is not a number.
/// </summary>
internal struct DecimalNumber
{
    // 18 digits stay far from overflow and are six more than Usage.MaxCount has.
    private const int MaxDigits = 18;

    // A larger power of ten is absurd for counts and for money alike; it also keeps the sums below within an Int32.
    private const int MaxPower = 400;

    private const int MicrosPower = 6;

    private long _digits;
    private int _count;
    private int _power;
    private int _exponent;
    private Part _part;
    private bool _negative;
    private bool _exponentNegative;

    private enum Part : byte
    {
        Start,
        Sign,
        Zero,
        Whole,
        Point,
        Fraction,
        E,
        ExponentSign,
        Exponent,
    }

    /// <summary>
    /// Reads a whole number without sign, point or exponent that lies before another byte, as nearly every count does: in one go what
    /// <see cref="TryAppend"/> would read byte by byte. False: it is to be read so.
    /// </summary>
    public static bool TryReadWhole(ReadOnlySpan<byte> text, out DecimalNumber number, out int length)
    {
        number = default;
        long digits = 0;
        for (length = 0; length < text.Length && length < MaxDigits; length++)
        {
            var digit = (uint)text[length] - '0';
            if (digit > 9)
            {
                break;
            }

            digits = (digits * 10) + digit;
        }

        if (length == 0 || length == text.Length || length == MaxDigits || (text[0] == '0' && length > 1))
        {
            return false;
        }

        number._digits = digits;
        number._count = digits == 0 ? 0 : length;
        number._part = digits == 0 ? Part.Zero : Part.Whole;
        return true;
    }

    /// <summary>Takes the next byte; false where no number goes on with it.</summary>
    public bool TryAppend(byte b)
    {
        if (char.IsAsciiDigit((char)b))
        {
            return TryAppendDigit(b - '0');
        }

        switch (b)
        {
            case (byte)'-' when _part == Part.Start:
                _negative = true;
                _part = Part.Sign;
                return true;
            case (byte)'-' or (byte)'+' when _part == Part.E:
                _exponentNegative = b == '-';
                _part = Part.ExponentSign;
                return true;
            case (byte)'.' when _part is Part.Zero or Part.Whole:
                _part = Part.Point;
                return true;
            case (byte)'e' or (byte)'E' when _part is Part.Zero or Part.Whole or Part.Fraction:
                _part = Part.E;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Is what was taken a whole number token?</summary>
    public readonly bool IsComplete => _part is Part.Zero or Part.Whole or Part.Fraction or Part.Exponent;

    /// <summary>The value without its fraction; false when it is negative or above <see cref="Usage.MaxCount"/>.</summary>
    public readonly bool TryGetCount(out long count) => TryGet(0, out count);

    /// <summary>The value in millionths without the rest; false when it is negative or above <see cref="Usage.MaxCount"/>.</summary>
    public readonly bool TryGetMicros(out long micros) => TryGet(MicrosPower, out micros);

    private readonly bool TryGet(int shift, out long count)
    {
        count = 0;
        if (!IsComplete)
        {
            return false;
        }

        if (_digits == 0)
        {
            return true;
        }

        if (Power + shift == 0)
        {
            // Nearly every count: digits and nothing else.
            count = _negative || _digits > Usage.MaxCount ? 0 : _digits;
            return count != 0;
        }

        var value = (Int128)_digits;
        var most = Usage.MaxCount * (Int128)Rate.Million;
        for (var power = Power + shift; power != 0 && value != 0 && value <= most; power -= Math.Sign(power))
        {
            value = power > 0 ? value * 10 : value / 10;
        }

        if (value == 0)
        {
            return true;
        }

        if (_negative || value > Usage.MaxCount)
        {
            return false;
        }

        count = (long)value;
        return true;
    }

    /// <summary>The value as US dollars, rounded up to the next unit; false when it is negative or does not fit.</summary>
    public readonly bool TryGetDollars(out Money dollars)
    {
        dollars = default;
        var power = Power + Money.Decimals;
        if (!IsComplete || (_negative && _digits != 0) || (_digits != 0 && power > MaxDigits))
        {
            return false;
        }

        if (_digits == 0)
        {
            return true;
        }

        // 10⁻³⁶ and below: any digits at all are one unit.
        if (power < -2 * MaxDigits)
        {
            dollars = new Money(1);
            return true;
        }

        Int128 scale = 1;
        for (var i = Math.Abs(power); i > 0; i--)
        {
            scale *= 10;
        }

        if (power > 0 && _digits > long.MaxValue / (long)scale)
        {
            return false;
        }

        dollars = power > 0 ? new Money(_digits * (long)scale) : Rate.RoundUp(_digits, scale);
        return true;
    }

    private readonly int Power => _power + (_exponentNegative ? -_exponent : _exponent);

    private bool TryAppendDigit(int digit)
    {
        switch (_part)
        {
            case Part.Zero:
                return false;
            case Part.Start or Part.Sign:
                _part = digit == 0 ? Part.Zero : Part.Whole;
                break;
            case Part.Point:
                _part = Part.Fraction;
                break;
            case Part.E or Part.ExponentSign or Part.Exponent:
                _part = Part.Exponent;
                _exponent = Math.Min((_exponent * 10) + digit, MaxPower);
                return true;
        }

        AddDigit(digit);
        return true;
    }

    private void AddDigit(int digit)
    {
        var inFraction = _part == Part.Fraction;
        if (_count < MaxDigits)
        {
            _digits = (_digits * 10) + digit;
            _count += _digits == 0 ? 0 : 1;
            _power -= inFraction && _power > -MaxPower ? 1 : 0;
        }
        else if (!inFraction && _power < MaxPower)
        {
            _power++;
        }
    }
}
