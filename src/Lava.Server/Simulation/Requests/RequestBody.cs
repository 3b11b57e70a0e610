namespace Lava.Server.Simulation.Requests;

/// <summary>Reads bodies.</summary>
internal static class RequestBody
{
    /// <returns>False when the body is longer than <see cref="SimulatorLimits.RequestBodyBytes"/>; the rest stays unread.</returns>
    public static async ValueTask<bool> TryReadAsync(HttpRequest request, Utf8Buffer body)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync();
            foreach (var segment in result.Buffer)
            {
                body.Append(segment.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (body.Length > SimulatorLimits.RequestBodyBytes)
            {
                return false;
            }

            if (result.IsCompleted)
            {
                return true;
            }
        }
    }
}
