namespace Lava.Gateway.Authentication;

/// <summary>
/// Reads a forward token's JSON object. The platform's JSON reader was rejected here: it reports malformed input by throwing, which
/// costs a stranger nothing and us microseconds and garbage.
/// Texts are unescaped in place (an escape is always longer than what it stands for), so that the fields are slices of the one buffer.
/// Unknown fields are skipped. A field that stands twice makes the token malformed: two readers could take different ones.
/// </summary>
internal ref struct ForwardTokenReader(Span<byte> json)
{
    private JsonCursor _json = new(json);

    /// <summary>Reads the object; false where it is malformed or a known field has the wrong type.</summary>
    public bool TryRead(ref ForwardToken token)
    {
        if (!_json.TryTake((byte)'{'))
        {
            return false;
        }

        var seen = 0;
        var more = !_json.TryTake((byte)'}');
        while (more)
        {
            if (!_json.TryReadString(out var name) || !_json.TryTake((byte)':') || !TryReadField(_json[name], ref seen, ref token))
            {
                return false;
            }

            more = _json.TryTake((byte)',');
            if (!more && !_json.TryTake((byte)'}'))
            {
                return false;
            }
        }

        return _json.IsAtEnd();
    }

    private bool TryReadField(ReadOnlySpan<byte> name, ref int seen, ref ForwardToken token)
    {
        var field = Find(name);
        if (field == Unknown)
        {
            return _json.TrySkipValue();
        }

        if ((seen & (1 << (int)field)) != 0)
        {
            return false;
        }

        seen |= 1 << (int)field;
        if (_json.TryTake("null"u8))
        {
            return true;
        }

        if (field == DisableBilling)
        {
            token.DisableBilling = _json.TryTake("true"u8);
            return token.DisableBilling || _json.TryTake("false"u8);
        }

        if (!_json.TryReadString(out var value))
        {
            return false;
        }

        token[field] = value;
        return true;
    }

    // Not a text, hence not among the fields.
    private const ForwardTokenField DisableBilling = ForwardTokenField.Count;
    private const ForwardTokenField Unknown = ForwardTokenField.Count + 1;

    private static ForwardTokenField Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        8 when name.SequenceEqual("meter_id"u8) => ForwardTokenField.MeterId,
        10 when name.SequenceEqual("secret_key"u8) => ForwardTokenField.SecretKey,
        10 when name.SequenceEqual("meter_slug"u8) => ForwardTokenField.MeterSlug,
        10 when name.SequenceEqual("product_id"u8) => ForwardTokenField.ProductId,
        11 when name.SequenceEqual("customer_id"u8) => ForwardTokenField.CustomerId,
        12 when name.SequenceEqual("provider_key"u8) => ForwardTokenField.ProviderKey,
        12 when name.SequenceEqual("meter_secret"u8) => ForwardTokenField.MeterSecret,
        13 when name.SequenceEqual("connection_id"u8) => ForwardTokenField.ConnectionId,
        14 when name.SequenceEqual("product_secret"u8) => ForwardTokenField.ProductSecret,
        15 when name.SequenceEqual("disable_billing"u8) => DisableBilling,
        17 when name.SequenceEqual("connection_secret"u8) => ForwardTokenField.ConnectionSecret,
        _ => Unknown,
    };
}
