namespace Lava.Postgres;

/// <summary>A name that must be unique within the merchant is in use.</summary>
/// <param name="field">The field, as the API calls it.</param>
/// <param name="innerException">The violation.</param>
public sealed class NameTakenException(string field, Exception innerException) : Exception($"{field} is taken.", innerException)
{
    /// <summary>The field, as the API calls it.</summary>
    public string Field { get; } = field;
}
