using System.Globalization;
using System.Text;

namespace Lava.Billing.Payments.Stripe;

/// <summary>Parameters as Stripe takes them: a form in the order in which they were added, nested names in brackets.</summary>
public sealed class FormFields
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a text; nothing where it is null.</summary>
    public FormFields Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    /// <summary>Adds a whole number.</summary>
    public FormFields Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds what an object remembers for us.</summary>
    public FormFields Note(string name, string value) => Add($"metadata[{name}]", value);

    /// <summary>The form; also a query string without its question mark.</summary>
    public override string ToString() => _text.ToString();
}
